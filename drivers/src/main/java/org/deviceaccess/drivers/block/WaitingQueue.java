// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockQueue;

/**
 * How a thread waits for the completions of a queue: asleep until the interrupt if there is one, otherwise by looking again
 * and again, with pauses once that takes long. Allocates nothing.
 */
public abstract class WaitingQueue implements BlockQueue {
    private static final int SPINS = 10_000;
    private static final long PAUSE_NANOS = 20_000;
    private static final int PAUSES_PER_WATCH = 64;
    private static final Duration FOREVER = Duration.ofDays(10_000);
    private static final Duration SLICE = Duration.ofMillis(50);

    /** Makes a queue. */
    protected WaitingQueue() {}

    /** Returns whether the device interrupts when commands have ended. */
    protected abstract boolean hasInterrupt();

    /** Sleeps until the device interrupts, or the time is over. */
    protected abstract void sleep(Duration limit) throws InterruptedException;

    /**
     * Looks for trouble, which is too expensive for every poll: a device that has failed, commands that take too long.
     *
     * @return how many commands were reported
     */
    protected abstract int watch(BlockCompletion completion);

    @Override
    public final int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
        int reported = poll(completion);
        if (reported > 0 || !timeout.isPositive()) {
            return reported;
        }
        long start = System.nanoTime();
        long limit = timeout.compareTo(FOREVER) < 0 ? timeout.toNanos() : FOREVER.toNanos();
        for (int tries = 1; reported == 0; tries++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (hasInterrupt()) {
                long remaining = limit - (System.nanoTime() - start);
                sleep(remaining > SLICE.toNanos() ? SLICE : Duration.ofNanos(Math.max(1, remaining)));
                reported = poll(completion);
                reported += reported == 0 ? watch(completion) : 0;
            } else {
                reported = lookAgain(tries, completion);
            }
            if (reported == 0 && System.nanoTime() - start > limit) {
                break;
            }
        }
        return reported;
    }

    /** Waits by polling, whatever happens to the thread, until at least one command was reported. */
    final void awaitUninterruptibly(BlockCompletion completion) {
        int reported = poll(completion);
        for (int tries = 1; reported == 0; tries++) {
            reported = lookAgain(tries, completion);
        }
    }

    /** Looks once more. A thread that has looked for long sleeps in between, and looks for trouble too. */
    private int lookAgain(int tries, BlockCompletion completion) {
        if (tries < SPINS) {
            Thread.onSpinWait();
            return poll(completion);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        int reported = poll(completion);
        return reported == 0 && tries % PAUSES_PER_WATCH == 0 ? watch(completion) : reported;
    }
}
