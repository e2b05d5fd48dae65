// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.block;

/** How a thread waits for completions. */
public enum Waiting {
    /** By looking again and again: the shortest latency, and a processor that is busy with it. */
    POLLING,
    /** By the device's interrupt: the thread sleeps meanwhile. Needs a backend that delivers one. */
    INTERRUPT
}
