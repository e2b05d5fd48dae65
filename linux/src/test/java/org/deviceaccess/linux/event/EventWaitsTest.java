// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import org.deviceaccess.linux.libc.Allocation;
import org.deviceaccess.linux.libc.OpenFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread at a time, of both kinds; races are in EventWaitsRaceTest. */
@Timeout(30)
class EventWaitsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestEvents events = new TestEvents(3);
    private EventWaits waits;
    private long eventFds;

    @BeforeEach
    void open() throws Exception {
        eventFds = OpenFiles.eventFds() - 3;
        waits = events.open();
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        waits.close();
        assertEquals(eventFds, OpenFiles.eventFds(), "open eventfds");
        assertEquals(0, TestEvents.pollers(), "polling threads");
    }

    /** Runs a wait on a thread of its own. */
    private final class Waiting<T> {
        final CompletableFuture<T> result = new CompletableFuture<>();
        final Thread thread;

        Waiting(boolean virtual, java.util.concurrent.Callable<T> wait) throws InterruptedException {
            ThreadFactory factory =
                    virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
            thread = factory.newThread(() -> {
                try {
                    result.complete(wait.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
            thread.start();
            TestEvents.untilWaiting(thread);
        }

        <E extends Exception> E failure(Class<E> type) {
            ExecutionException e = assertThrows(ExecutionException.class, result::get);
            return assertInstanceOf(type, e.getCause());
        }
    }

    @Test
    void countsExactly() throws Exception {
        assertEquals(0, waits.poll(1));
        events.raise(1);
        events.raise(1);
        events.raise(1);
        assertEquals(3, waits.poll(1));
        assertEquals(0, waits.poll(1));
        events.raise(1);
        assertEquals(1, waits.await(1, LONG));
        assertEquals(0, waits.await(0, Duration.ZERO));
        assertEquals(0, waits.await(0, Duration.ofSeconds(-1)));
        assertEquals(0, waits.await(0, Duration.ofSeconds(Long.MIN_VALUE)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitsForTheEvent(boolean virtual) throws Exception {
        Waiting<Long> waiting = new Waiting<>(virtual, () -> waits.await(2, LONG));
        events.raise(0);
        events.raise(2);
        assertEquals(1, waiting.result.get());
        assertEquals(1, waits.poll(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitsForAny(boolean virtual) throws Exception {
        Waiting<Integer> waiting = new Waiting<>(virtual, () -> waits.awaitAny(LONG));
        events.raise(2);
        assertEquals(2, waiting.result.get());
        assertEquals(1, waits.poll(2), "not taken by awaitAny");
        assertEquals(-1, waits.awaitAny(Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void neverEndsEarly(boolean virtual) throws Exception {
        for (long micros : new long[] {1, 150, 999, 1_001, 3_500}) {
            Duration timeout = Duration.ofNanos(micros * 1_000 + 1);
            Waiting<Boolean> waiting = new Waiting<>(virtual, () -> {
                long start = System.nanoTime();
                assertEquals(0, waits.await(0, timeout));
                long one = System.nanoTime();
                assertEquals(-1, waits.awaitAny(timeout));
                long any = System.nanoTime();
                return one - start >= timeout.toNanos() && any - one >= timeout.toNanos();
            });
            assertTrue(waiting.result.get(), timeout.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesTimeoutsOfAnyLength(boolean virtual) throws Exception {
        Duration[] timeouts = {
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), Duration.ofDays(30), Duration.ofDays(365L * 300)
        };
        for (Duration timeout : timeouts) {
            Waiting<Long> one = new Waiting<>(virtual, () -> waits.await(1, timeout));
            assertFalse(one.result.isDone(), timeout.toString());
            events.raise(1);
            assertEquals(1, one.result.get());
            Waiting<Integer> any = new Waiting<>(virtual, () -> waits.awaitAny(timeout));
            assertFalse(any.result.isDone(), timeout.toString());
            events.raise(1);
            assertEquals(1, any.result.get());
            assertEquals(1, waits.poll(1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptEndsTheWaitAndLosesNothing(boolean virtual) throws Exception {
        Waiting<Long> one = new Waiting<>(virtual, () -> waits.await(0, LONG));
        one.thread.interrupt();
        one.failure(InterruptedException.class);
        Waiting<Integer> any = new Waiting<>(virtual, () -> waits.awaitAny(LONG));
        any.thread.interrupt();
        any.failure(InterruptedException.class);
        events.raise(0);
        Waiting<Boolean> before = new Waiting<>(virtual, () -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> waits.await(0, Duration.ZERO));
            assertFalse(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> waits.awaitAny(LONG));
            return true;
        });
        before.result.get();
        assertEquals(1, waits.poll(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closeEndsTheWaits(boolean virtual) throws Exception {
        Waiting<Long> one = new Waiting<>(virtual, () -> waits.await(0, LONG));
        Waiting<Long> same = new Waiting<>(virtual, () -> waits.await(0, LONG));
        Waiting<Integer> any = new Waiting<>(virtual, () -> waits.awaitAny(LONG));
        waits.close();
        assertTrue(one.failure(IllegalStateException.class).getMessage().contains("the test"));
        same.failure(IllegalStateException.class);
        any.failure(IllegalStateException.class);
    }

    @Test
    void refusesUseAfterClose() {
        events.raise(0);
        waits.close();
        waits.close();
        assertFalse(waits.isOpen());
        assertThrows(IllegalStateException.class, () -> waits.poll(0));
        assertThrows(IllegalStateException.class, () -> waits.await(0, Duration.ZERO));
        assertThrows(IllegalStateException.class, () -> waits.awaitAny(Duration.ZERO));
        assertThrows(IllegalStateException.class, waits::enter);
        assertFalse(events.sources().get(0).fd().isOpen());
    }

    @Test
    void findsReadyVectorsInTurn() throws Exception {
        events.raise(0);
        events.raise(1);
        events.raise(2);
        int[] found = new int[3];
        for (int i = 0; i < 30; i++) {
            found[waits.awaitAny(LONG)]++;
        }
        assertEquals(10, found[0]);
        assertEquals(10, found[1]);
        assertEquals(10, found[2]);
    }

    @Test
    void waitingAllocatesNothing() {
        Duration shortly = Duration.ofNanos(50_000);
        assertEquals(0, Allocation.of(() -> {
            try {
                for (int i = 0; i < 8_000; i++) {
                    events.raise(i % 3);
                    waits.awaitAny(LONG);
                    waits.await(i % 3, LONG);
                    waits.poll(0);
                }
                for (int i = 0; i < 3_000; i++) {
                    waits.await(1, shortly);
                    waits.awaitAny(shortly);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }));
    }

    /** Far more waiters than there are carriers, even if the scheduler made as many as it is allowed to (256). */
    @Test
    void waitingVirtualThreadsLeaveTheirCarriers() throws Exception {
        int count = 400;
        Thread[] threads = new Thread[count];
        CompletableFuture<?>[] results = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            CompletableFuture<Object> result = new CompletableFuture<>();
            results[i] = result;
            int vector = i % 2;
            threads[i] = Thread.ofVirtual().start(() -> {
                try {
                    result.complete(waits.await(vector, LONG));
                } catch (InterruptedException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }
        for (Thread thread : threads) {
            TestEvents.untilWaiting(thread);
        }
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> ran.complete(true));
        assertTrue(ran.get());
        for (int i = 0; i < count; i++) {
            events.raise(i % 2); // the sum can reach several waiters, or one
        }
        CompletableFuture.anyOf(results).get();
        waits.close();
        long taken = 0;
        for (CompletableFuture<?> result : results) {
            try {
                taken += (Long) result.get();
            } catch (ExecutionException e) {
                assertInstanceOf(IllegalStateException.class, e.getCause());
            }
        }
        assertTrue(taken > 0 && taken <= count, "taken " + taken);
    }
}
