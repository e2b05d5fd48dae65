// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How a thread submits to a queue and waits for its completions: asleep until the interrupt if there is one, otherwise by
 * looking again and again, with pauses once that takes long. Allocates nothing.
 */
abstract class WaitingQueue implements BlockQueue {
    /** Now and then a thread that sleeps looks for trouble: a device that is gone raises no interrupt. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Set once by {@link #close}. */
    boolean closed;

    /** Submits a command of any kind. */
    abstract boolean submit(
            BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset, long token);

    /** Returns whether the device interrupts when commands have ended. */
    abstract boolean hasInterrupt();

    /** Sleeps until the device interrupts, or so many nanoseconds have passed. */
    abstract void sleep(long nanos) throws InterruptedException;

    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
    }

    @Override
    public final boolean submitRead(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return submit(BlockOperation.READ, lba, blocks, buffer, offset, token);
    }

    @Override
    public final boolean submitWrite(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return submit(BlockOperation.WRITE, lba, blocks, buffer, offset, token);
    }

    @Override
    public final boolean submitFlush(long token) {
        return submit(BlockOperation.FLUSH, 0, 0, null, 0, token);
    }

    @Override
    public final boolean submitTrim(long lba, long blocks, long token) {
        return submit(BlockOperation.TRIM, lba, blocks, null, 0, token);
    }

    @Override
    public final int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
        int reported = poll(completion);
        if (reported > 0 || !timeout.isPositive()) {
            return reported;
        }
        long start = System.nanoTime();
        long limit = TimeUnit.NANOSECONDS.convert(timeout);
        // With nothing under way there is nothing to wait for.
        for (int tries = 0; reported == 0 && underWay() > 0; tries++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long remaining = limit - (System.nanoTime() - start);
            if (remaining <= 0) {
                break;
            }
            if (hasInterrupt()) {
                sleep(Math.min(remaining, SLICE_NANOS));
            } else {
                Poll.pause(tries);
            }
            reported = poll(completion);
        }
        return reported;
    }
}
