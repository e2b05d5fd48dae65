// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.deviceaccess.linux.libc.OpenFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventWaitsRaceTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final AtomicReference<Throwable> unexpected = new AtomicReference<>();
    private long eventFds;

    @BeforeEach
    void count() throws Exception {
        eventFds = OpenFiles.eventFds();
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        assertNull(unexpected.get());
        assertEquals(eventFds, OpenFiles.eventFds(), "open eventfds");
        assertEquals(0, TestEvents.pollers(), "polling threads");
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Thread start(boolean virtual, Work work) {
        ThreadFactory factory =
                virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
        Thread thread = factory.newThread(() -> {
            try {
                work.run();
            } catch (IllegalStateException e) {
                return; // closed
            } catch (InterruptedException | RuntimeException | Error e) {
                unexpected.compareAndSet(null, e);
            }
        });
        thread.start();
        return thread;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalWaitersGetEachEventOnce(boolean virtual) throws Exception {
        int raised = 20_000;
        TestEvents events = new TestEvents(2);
        EventWaits waits = events.open();
        AtomicLong[] taken = {new AtomicLong(), new AtomicLong()};
        CountDownLatch all = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int vector = i % 2;
            threads.add(start(virtual, () -> {
                for (; ; ) {
                    taken[vector].addAndGet(waits.await(vector, LONG));
                    if (taken[0].get() + taken[1].get() >= 2L * raised) {
                        all.countDown();
                    }
                }
            }));
        }
        for (int i = 0; i < raised; i++) {
            events.raise(0);
            events.raise(1);
            if (i % 64 == 0) {
                Thread.sleep(0, 100_000); // lets the waiters run dry, so that they block again
            }
        }
        all.await();
        waits.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(raised, taken[0].get());
        assertEquals(raised, taken[1].get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptsLoseAndInventNothing(boolean virtual) throws Exception {
        int raised = 3_000;
        TestEvents events = new TestEvents(1);
        EventWaits waits = events.open();
        AtomicLong taken = new AtomicLong();
        AtomicLong interrupted = new AtomicLong();
        CountDownLatch all = new CountDownLatch(1);
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiters.add(start(virtual, () -> {
                for (; ; ) {
                    try {
                        if (taken.addAndGet(waits.await(0, Duration.ofMillis(1))) >= raised) {
                            all.countDown();
                        }
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                    }
                }
            }));
        }
        for (int i = 0; i < raised; i++) {
            events.raise(0);
            waiters.get(i % 2).interrupt();
            if (i % 8 == 0) {
                Thread.sleep(0, 50_000);
            }
        }
        all.await();
        waits.close();
        for (Thread waiter : waiters) {
            waiter.join();
        }
        assertEquals(raised, taken.get());
        assertTrue(interrupted.get() > 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closeRacesWaitersAndOtherClosers(boolean virtual) throws Exception {
        for (int round = 0; round < 2_000; round++) {
            TestEvents events = new TestEvents(2);
            EventWaits waits = events.open();
            CountDownLatch started = new CountDownLatch(2);
            Thread one = start(virtual, () -> {
                started.countDown();
                for (; ; ) {
                    waits.await(1, LONG);
                }
            });
            Thread any = start(virtual, () -> {
                started.countDown();
                for (; ; ) {
                    waits.awaitAny(LONG);
                    waits.poll(0);
                }
            });
            if (round % 2 == 0) {
                started.await();
                events.raise(0);
            }
            Thread closer = start(virtual, waits::close);
            waits.close();
            // Whoever closed it: when close returns, all is closed.
            assertTrue(!events.sources().get(0).fd().isOpen());
            closer.join();
            one.join();
            any.join();
        }
    }
}
