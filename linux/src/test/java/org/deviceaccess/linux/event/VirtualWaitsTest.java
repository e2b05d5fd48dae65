// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.OpenFiles;
import org.deviceaccess.spi.error.KernelCallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is true of virtual threads alone; what is true of all threads is in EventWaitsTest. */
@Timeout(60)
class VirtualWaitsTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final LibC libc = counting();
    private long eventFds;
    private long epolls;

    /** Passes on to the kernel, counts the calls of each function, and refuses those of {@link #refusals}. */
    private LibC counting() {
        return (LibC) Proxy.newProxyInstance(
                LibC.class.getClassLoader(), new Class<?>[] {LibC.class}, (p, method, a) -> {
                    calls.computeIfAbsent(method.getName(), name -> new AtomicInteger())
                            .incrementAndGet();
                    Integer refusal = refusals.get(method.getName());
                    if (refusal != null) {
                        return -refusal;
                    }
                    try {
                        return method.invoke(TestEvents.LIBC, a);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private int calls(String name) {
        return calls.getOrDefault(name, new AtomicInteger()).get();
    }

    @BeforeEach
    void count() throws Exception {
        eventFds = OpenFiles.eventFds();
        epolls = OpenFiles.epolls();
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        assertEquals(eventFds, OpenFiles.eventFds(), "open eventfds");
        assertEquals(epolls, OpenFiles.epolls(), "open epoll instances");
        assertEquals(0, TestEvents.pollers(), "polling threads");
    }

    private static final class Waiting {
        final CompletableFuture<Long> result = new CompletableFuture<>();
        final Thread thread;

        Waiting(EventWaits waits, int vector) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    result.complete(waits.await(vector, LONG));
                } catch (InterruptedException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }
    }

    private static Waiting parked(EventWaits waits, int vector) throws InterruptedException {
        Waiting waiting = new Waiting(waits, vector);
        TestEvents.untilWaiting(waiting.thread);
        return waiting;
    }

    private static void joinAll(List<Waiting> all) throws InterruptedException {
        for (Waiting each : all) {
            each.thread.join();
        }
    }

    @Test
    void whatAWaitAsksOfTheKernelDoesNotDependOnHowManyWait() throws Exception {
        int vectors = 200;
        TestEvents events = new TestEvents(vectors);
        EventWaits waits = EventWaits.open(libc, "the test", events.sources());
        List<Waiting> others = new ArrayList<>();
        for (int i = 1; i < vectors; i++) {
            others.add(parked(waits, i));
        }
        parked(waits, 0).thread.interrupt(); // the first of a vector adds it
        int rounds = 100;
        int before = calls("epollCtl");
        int woken = calls("epollWait");
        for (int i = 0; i < rounds; i++) {
            Waiting one = parked(waits, 0);
            events.raise(0);
            assertEquals(1, one.result.get());
        }
        assertTrue(calls("epollCtl") - before <= rounds, "epoll_ctl: " + (calls("epollCtl") - before));
        assertTrue(calls("epollWait") - woken <= rounds, "epoll_wait: " + (calls("epollWait") - woken));
        assertEquals(0, calls("ppoll"));
        waits.close();
        joinAll(others);
    }

    @Test
    void anEventWakesOneOfTheManyThatWaitForIt() throws Exception {
        TestEvents events = new TestEvents(1);
        EventWaits waits = EventWaits.open(libc, "the test", events.sources());
        List<Waiting> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(parked(waits, 0));
        }
        int before = calls("read");
        for (int i = 1; i <= 20; i++) {
            int raised = i;
            events.raise(0);
            while (all.stream().filter(each -> each.result.isDone()).count() < raised) {
                Thread.sleep(1);
            }
        }
        assertTrue(calls("read") - before <= 40, "read: " + (calls("read") - before));
        waits.close();
        joinAll(all);
    }

    /** Whoever was woken for an event may not want it any more; it must not lie there while another one waits. */
    @Test
    void whatAnInterruptedThreadWasWokenForIsPassedOn() throws Exception {
        TestEvents events = new TestEvents(1);
        EventWaits waits = events.open();
        for (int round = 0; round < 3_000; round++) {
            Waiting first = new Waiting(waits, 0);
            Waiting second = new Waiting(waits, 0);
            if (round % 2 == 0) {
                TestEvents.untilWaiting(first.thread);
                TestEvents.untilWaiting(second.thread);
            }
            events.raise(0);
            first.thread.interrupt();
            first.thread.join();
            if (first.result.isCompletedExceptionally()) {
                assertEquals(1, second.result.get());
            } else {
                second.thread.interrupt();
                second.thread.join();
            }
        }
        waits.close();
    }

    /** The same with {@code awaitAny}, which leaves the events where they are. */
    @Test
    void everybodyWhoWaitsForAnyIsTold() throws Exception {
        TestEvents events = new TestEvents(3);
        EventWaits waits = events.open();
        List<CompletableFuture<Integer>> found = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Integer> result = new CompletableFuture<>();
            found.add(result);
            TestEvents.untilWaiting(Thread.ofVirtual().start(() -> {
                try {
                    result.complete(waits.awaitAny(LONG));
                } catch (InterruptedException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            }));
        }
        events.raise(2);
        for (CompletableFuture<Integer> each : found) {
            assertEquals(2, each.get());
        }
        waits.close();
    }

    /** The kernel gives the number of a closed descriptor to the next one. */
    @Test
    void aDescriptorThatGetsTheNumberOfAClosedOneIsAnother() throws Exception {
        List<Integer> numbers = null;
        for (int round = 0; round < 50; round++) {
            TestEvents events = new TestEvents(3);
            List<Integer> now =
                    events.sources().stream().map(s -> s.fd().number()).toList();
            EventWaits waits = events.open();
            Waiting timedOut = parked(waits, 1); // leaves its vector armed
            timedOut.thread.interrupt();
            timedOut.thread.join();
            Waiting waiting = parked(waits, 0);
            Waiting other = parked(waits, 2);
            events.raise(0);
            assertEquals(1, waiting.result.get());
            assertTrue(!other.result.isDone());
            waits.close();
            other.thread.join();
            assertTrue(numbers == null || round < 10 || numbers.equals(now), "numbers were used again");
            numbers = now;
        }
    }

    /** Waiters come and leave by their deadlines while events arrive: none is lost, and nobody waits for one that is there. */
    @Test
    void deadlinesLoseNothing() throws Exception {
        int raised = 5_000;
        TestEvents events = new TestEvents(1);
        EventWaits waits = events.open();
        AtomicLong taken = new AtomicLong();
        CountDownLatch all = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Duration timeout = i == 0 ? LONG : Duration.ofNanos(20_000L * i);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (; ; ) {
                        if (taken.addAndGet(waits.await(0, timeout)) >= raised) {
                            all.countDown();
                        }
                    }
                } catch (IllegalStateException e) {
                    return; // closed
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (int i = 0; i < raised; i++) {
            events.raise(0);
            if (i % 16 == 0) {
                Thread.sleep(0, 100_000);
            }
        }
        all.await();
        assertEquals(raised, taken.get());
        waits.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void errorsOfTheKernelAreReportedAndGoAway() throws Exception {
        TestEvents events = new TestEvents(1);
        EventWaits waits = EventWaits.open(libc, "the test", events.sources());
        for (String call : List.of("epollCreate1", "epollCtl")) {
            refusals.put(call, Errnos.ENOMEM);
            assertRefused(new Waiting(waits, 0));
            assertThrows(KernelCallException.class, () -> waits.awaitAny(LONG));
            refusals.clear();
        }
        Waiting adding = parked(waits, 0);
        events.raise(0);
        assertEquals(1, adding.result.get());
        refusals.put("epollCtl", Errnos.ENOSPC);
        assertRefused(new Waiting(waits, 0));
        refusals.clear();
        Waiting again = parked(waits, 0);
        events.raise(0);
        assertEquals(1, again.result.get());
        waits.close();
    }

    private static void assertRefused(Waiting waiting) throws InterruptedException {
        waiting.thread.join();
        assertEquals(KernelCallException.class, waiting.result.exceptionNow().getClass());
    }

    @Test
    void aDescriptorIsClosedAfterTheSetThatHasIt() throws Exception {
        List<String> order = new ArrayList<>();
        TestEvents events = new TestEvents(1);
        EventSource source = events.sources().getFirst();
        EventWaits waits =
                EventWaits.open(libc, "the test", List.of(new EventSource(source.fd(), source.counter(), () -> {
                    order.add("closed with " + epollsOpen());
                    source.fd().close();
                })));
        waits.awaitAny(Duration.ZERO);
        Waiting waiting = parked(waits, 0);
        waits.close();
        waiting.thread.join();
        assertEquals(List.of("closed with " + epolls), order);
    }

    private static long epollsOpen() {
        try {
            return OpenFiles.epolls();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
