// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.interrupt;

import java.time.Duration;

/**
 * The enabled interrupts of one kind.
 *
 * <p>Live until closed, or until their device is closed. Closing disables them in the device, wakes every waiter, which
 * then throws {@link IllegalStateException}, and can be repeated without effect.
 */
public interface Interrupts extends AutoCloseable {
    /** Returns which kind is enabled, and how it behaves; {@code vectors} is the number that was enabled. */
    InterruptInfo info();

    /**
     * Returns one of the vectors.
     *
     * @param index from 0 to the number of enabled vectors - 1
     * @return the vector, the same object for the same index
     * @throws org.deviceaccess.spi.error.InterruptVectorsException if there is no such vector
     */
    InterruptVector vector(int index);

    /**
     * Waits until at least one of the vectors has events, without taking them.
     *
     * <p>Vectors that stay ready are found in turn, so that none is starved.
     *
     * @param timeout how long to wait at the most; zero or less looks once
     * @return the index of a vector that has events, or -1 when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws IllegalStateException if the interrupts are closed before or while the thread waits
     */
    int awaitAny(Duration timeout) throws InterruptedException;

    /** Disables the interrupts, wakes all waiters and gives everything back. */
    @Override
    void close();
}
