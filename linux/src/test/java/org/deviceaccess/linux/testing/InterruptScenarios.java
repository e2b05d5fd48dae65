// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;

/**
 * Interrupts of an edu device, the same over every backend.
 *
 * @param address the device
 * @param kind of what kind they are
 */
public record InterruptScenarios(String address, InterruptKind kind) {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(100);

    /**
     * Raises interrupts one after the other, each when the one before was counted, and sees that the counts of all
     * waiters make exactly as many.
     *
     * @param rounds how many are raised
     * @param waiters how many threads wait
     * @param builder makes the threads
     */
    public void areCountedExactly(int rounds, int waiters, Thread.Builder builder) throws Exception {
        try (Edu edu = Edu.open(address);
                Interrupts interrupts = edu.device().interrupts().enable(kind, 1)) {
            InterruptVector vector = interrupts.vector(0);
            var sum = new AtomicLong();
            var counted = new Semaphore(0);
            List<Waiting> waiting = new ArrayList<>();
            for (int i = 0; i < waiters; i++) {
                waiting.add(Waiting.start(builder, () -> {
                    for (; ; ) {
                        long events = vector.await(LONG);
                        sum.addAndGet(events);
                        edu.acknowledge();
                        if (interrupts.info().autoMasked()) {
                            vector.unmask();
                        }
                        counted.release((int) events);
                    }
                }));
            }
            for (int i = 1; i <= rounds; i++) {
                edu.raise(1);
                assertTrue(counted.tryAcquire(LONG.toSeconds(), TimeUnit.SECONDS), "interrupt " + i + " is lost");
                assertEquals(i, sum.get(), "counted after interrupt " + i);
            }
            Thread.sleep(SHORT);
            assertEquals(rounds, sum.get(), "counted when no more were raised");
            for (Waiting each : waiting) {
                each.thread().interrupt();
                assertEquals(InterruptedException.class, each.end().getClass());
            }
            assertEquals(0, vector.poll());
            assertEquals(rounds, sum.get());
        }
    }

    /** Lets a wait time out, be interrupted, and be closed; what is raised after the first two is not lost. */
    public void waitsEnd(Thread.Builder builder) throws Exception {
        try (Edu edu = Edu.open(address)) {
            Interrupts interrupts = edu.device().interrupts().enable(kind, 1);
            InterruptVector vector = interrupts.vector(0);
            Waiting timed = Waiting.start(builder, () -> {
                long start = System.nanoTime();
                assertEquals(0, vector.await(SHORT), "nothing was raised");
                assertTrue(System.nanoTime() - start >= SHORT.toNanos(), "the wait was too short");
            });
            assertEquals(null, timed.end());
            Waiting interrupted = Waiting.start(builder, () -> vector.await(LONG));
            Thread.sleep(SHORT);
            interrupted.thread().interrupt();
            assertEquals(InterruptedException.class, interrupted.end().getClass());
            edu.raise(1);
            assertEquals(1, vector.await(LONG));
            edu.acknowledge();
            if (interrupts.info().autoMasked()) {
                vector.unmask();
            }
            Waiting closed = Waiting.start(builder, () -> vector.await(LONG));
            Thread.sleep(SHORT);
            interrupts.close();
            assertEquals(IllegalStateException.class, closed.end().getClass());
            assertThrows(IllegalStateException.class, vector::poll);
            edu.device().interrupts().enable(kind, 1).close();
        }
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    /** A thread that waits, and how it ends. */
    private record Waiting(Thread thread, CompletableFuture<Void> future) {
        static Waiting start(Thread.Builder builder, Wait wait) {
            var future = new CompletableFuture<Void>();
            Thread thread = builder.start(() -> {
                try {
                    wait.run();
                    future.complete(null);
                } catch (InterruptedException | RuntimeException | AssertionError e) {
                    future.completeExceptionally(e);
                }
            });
            return new Waiting(thread, future);
        }

        /** Waits for its end and returns what it threw, or null. */
        Throwable end() throws InterruptedException, TimeoutException {
            try {
                future.get(LONG.toSeconds(), TimeUnit.SECONDS);
                return null;
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }
}
