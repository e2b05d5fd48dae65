// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import org.deviceaccess.spi.interrupt.InterruptInfo;

/** The interrupt of a UIO device, and how it is switched. */
interface InterruptLine {
    /** Returns what it is and can. */
    InterruptInfo info();

    /** Lets the device interrupt, or keeps it from that; without effect if it is so already. */
    void let(boolean interrupt);
}
