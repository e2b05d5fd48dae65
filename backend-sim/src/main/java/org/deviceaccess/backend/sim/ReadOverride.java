// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import org.deviceaccess.spi.region.AccessWidth;

/** Makes a device lie: changes what its registers answer. */
@FunctionalInterface
public interface ReadOverride {
    /** Lets every register answer as the device does. */
    ReadOverride NONE = (offset, width, honest) -> honest;

    /**
     * Returns what a read answers. Runs inside the access, so it does not use the device.
     *
     * @param offset in bytes from the start of the region
     * @param width the width of the access
     * @param honest what the device answered, in the low bits
     * @return what the reader gets, in the low bits; what is above the width is ignored
     */
    long answer(long offset, AccessWidth width, long honest);
}
