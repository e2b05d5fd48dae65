// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.interrupt;

import java.time.Duration;

/**
 * One interrupt vector: a counter that the device increments and threads wait on.
 *
 * <p>An event is counted once. Interrupts that the device raises faster than a processor takes them may be one event, as
 * the package says.
 */
public interface InterruptVector {
    /** Returns the vector's number, from 0. */
    int index();

    /**
     * Waits for events and takes them.
     *
     * @param timeout how long to wait at the most; zero or less takes what is there
     * @return how many events there were since they were taken last; 0 when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits; no event is lost by it
     * @throws IllegalStateException if the interrupts are closed before or while the thread waits
     */
    long await(Duration timeout) throws InterruptedException;

    /**
     * Takes the events that are there, without waiting.
     *
     * @return how many events there were since they were taken last, 0 for none
     * @throws IllegalStateException if the interrupts are closed
     */
    long poll();

    /**
     * Holds back events. Whether events that the device raises meanwhile are reported after {@link #unmask} is up to
     * the kind: a level-triggered line is, a message may be.
     *
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the kind is not maskable
     * @throws IllegalStateException if the interrupts are closed
     */
    void mask();

    /**
     * Lets events through again; without effect when the vector is not masked.
     *
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the kind is not maskable
     * @throws IllegalStateException if the interrupts are closed
     */
    void unmask();

    /**
     * Raises the vector once in software, as if the device had. A masked vector may be raised by it all the same.
     *
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the kind is not triggerable
     * @throws IllegalStateException if the interrupts are closed
     */
    void trigger();
}
