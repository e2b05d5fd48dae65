// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import java.io.IOException;

/** Somebody who does a work on a device that it has for itself meanwhile. */
public interface Contender {
    /** Returns what it is, for a table. */
    String name();

    /**
     * Takes the device, works for some seconds after warming up, and gives the device back.
     *
     * @throws IOException if a file or a program it needs is not there or fails
     * @throws InterruptedException if the thread is interrupted
     */
    Measurement work() throws IOException, InterruptedException;
}
