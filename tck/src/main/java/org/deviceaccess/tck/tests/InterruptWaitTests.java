// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.kit.Allocations;
import org.deviceaccess.tck.kit.EventSource;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** What a wait is ended by. */
final class InterruptWaitTests {
    private static final int USES = 100;
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final Duration MOST_NEGATIVE = Duration.ofSeconds(Long.MIN_VALUE);
    private static final Duration TINY = Duration.ofNanos(1_100_000);

    @Proves("DA-INT-007")
    void waitEndsAtItsDeadline(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), 1)) {
                    for (Duration timeout : new Duration[] {TINY, Timeouts.SHORT}) {
                        long start = System.nanoTime();
                        assertEquals(0, interrupts.vector(0).await(timeout), "events where none was raised");
                        assertNotEarly(timeout, System.nanoTime() - start);
                    }
                    for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofMinutes(-1)}) {
                        long start = System.nanoTime();
                        assertEquals(0, interrupts.vector(0).await(timeout), "events where none was raised");
                        assertTrue(
                                System.nanoTime() - start < Timeouts.EVENT.toNanos(), "await(" + timeout + ") waited");
                    }
                }
            }
        }
    }

    static void assertNotEarly(Duration timeout, long nanos) {
        assertTrue(
                nanos >= timeout.toNanos(),
                "a wait of " + timeout + " ended after " + Duration.ofNanos(nanos) + " already");
    }

    @Proves("DA-INT-008")
    void eventEndsAWait(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            FutureTask<Long> waiter = wait(() -> source.vector().await(Timeouts.LONG));
            source.raise();
            assertEquals(1, Timeouts.result(waiter, "a wait of " + source.kind()), "events that ended the wait");
        });
    }

    @Proves("DA-INT-014")
    void interruptEndsAWait(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            FutureTask<Boolean> waiter = new FutureTask<>(() -> {
                assertThrows(InterruptedException.class, () -> source.vector().await(Timeouts.LONG), "await");
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = start(waiter);
            thread.interrupt();
            assertFalse(Timeouts.result(waiter, "an interrupted wait"), "the interrupt status after the exception");
            assertEquals(0, source.vector().poll(), "events after an interrupted wait");

            source.raise();
            Thread.sleep(Timeouts.NOTHING);
            FutureTask<Boolean> interruptedBefore = new FutureTask<>(() -> {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedException.class, () -> source.vector().await(Timeouts.LONG), "await");
                return Thread.currentThread().isInterrupted();
            });
            start(interruptedBefore);
            assertFalse(
                    Timeouts.result(interruptedBefore, "a wait that was interrupted before"),
                    "the interrupt status after the exception");
            assertEquals(1, source.take(1), "the event that was there while waits were interrupted");
        });
    }

    @Proves("DA-INT-018")
    void virtualThreadGivesItsCarrierBack(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            FutureTask<Long> single = new FutureTask<>(() -> source.vector().await(Timeouts.LONG));
            Thread.ofVirtual().start(single);
            Thread.sleep(Timeouts.NOTHING);
            source.raise();
            assertEquals(1, Timeouts.result(single, "a virtual thread that waits"), "events of a virtual thread");
            source.rearm();

            int carriers = Runtime.getRuntime().availableProcessors();
            for (int i = 0; i <= carriers; i++) {
                Thread.ofVirtual().start(new FutureTask<>(() -> source.vector().await(Timeouts.LONG)));
            }
            Thread.sleep(Timeouts.NOTHING);
            FutureTask<Boolean> other = new FutureTask<>(() -> true);
            Thread.ofVirtual().start(other);
            Timeouts.result(other, "a virtual thread beside " + (carriers + 1) + " that wait");
        });
    }

    @Proves("DA-INT-019")
    void awaitAnyFindsAndTakesNone(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            long start = System.nanoTime();
            assertEquals(-1, source.interrupts().awaitAny(Timeouts.SHORT), "awaitAny without events");
            assertNotEarly(Timeouts.SHORT, System.nanoTime() - start);
            assertEquals(-1, source.interrupts().awaitAny(Duration.ZERO), "awaitAny that looks once");
            FutureTask<Integer> waiter = wait(() -> source.interrupts().awaitAny(Timeouts.LONG));
            source.raise();
            assertEquals(0, Timeouts.result(waiter, "awaitAny"), "the vector that awaitAny found");
            assertEquals(0, source.interrupts().awaitAny(Duration.ZERO), "the vector that awaitAny found again");
            assertEquals(1, source.take(1), "the event that awaitAny must not take");
            assertEquals(-1, source.interrupts().awaitAny(Duration.ZERO), "awaitAny when the event was taken");
        });
    }

    @Proves("DA-INT-020")
    void awaitAnyStarvesNone(TckTarget target) throws InterruptedException {
        boolean ran = false;
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                if (info.vectors() < 2 || !info.triggerable()) {
                    continue;
                }
                ran = true;
                int vectors = Math.min(info.vectors(), 4);
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), vectors)) {
                    for (int i = 0; i < vectors; i++) {
                        interrupts.vector(i).trigger();
                    }
                    assertAllFound(interrupts, vectors);
                }
            }
        }
        Assumptions.assumeTrue(ran, "no kind has two vectors that are triggerable");
    }

    private static void assertAllFound(Interrupts interrupts, int vectors) throws InterruptedException {
        BitSet found = new BitSet();
        // Twice around is enough for any order in turn.
        for (int i = 0; i < 2 * vectors; i++) {
            int index = interrupts.awaitAny(Timeouts.EVENT);
            assertTrue(index >= 0 && index < vectors, "awaitAny returned " + index + " of " + vectors + " vectors");
            found.set(index);
        }
        assertEquals(vectors, found.cardinality(), "vectors found of those that stay ready: " + found);
    }

    @Proves("DA-INT-027")
    void waitCanBeAsLongAsADuration(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            assertEquals(0, source.vector().await(MOST_NEGATIVE), "await of the most negative duration");
            assertEquals(-1, source.interrupts().awaitAny(MOST_NEGATIVE), "awaitAny of the most negative duration");
            FutureTask<Integer> any = wait(() -> source.interrupts().awaitAny(LONGEST));
            FutureTask<Long> waiter = wait(() -> {
                // Takes the event only when the other one has seen it.
                int index = source.interrupts().awaitAny(LONGEST);
                Timeouts.result(any, "awaitAny of the longest duration");
                return index + source.vector().await(LONGEST);
            });
            source.raise();
            assertEquals(1, Timeouts.result(waiter, "await of the longest duration"), "events");
        });
    }

    @Proves("DA-INT-028")
    void waitingAllocatesNothing(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            Allocations.assertNone("poll", USES, () -> source.vector().poll());
            Allocations.assertNone(
                    "await that ends at its deadline", 2, () -> source.vector().await(TINY));
            Allocations.assertNone(
                    "await with an event",
                    2,
                    () -> {
                        source.rearm();
                        source.raise();
                    },
                    () -> source.vector().await(Timeouts.EVENT));
        });
    }

    private static <T> FutureTask<T> wait(Callable<T> wait) throws InterruptedException {
        FutureTask<T> waiter = new FutureTask<>(wait);
        start(waiter);
        return waiter;
    }

    private static Thread start(FutureTask<?> task) throws InterruptedException {
        Thread thread = Thread.ofPlatform().daemon().start(task);
        Timeouts.untilWaiting(thread);
        return thread;
    }
}
