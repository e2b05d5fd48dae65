// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.deviceaccess.linux.libc.Epoll;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Poll;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.KernelCallException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventErrorsTest {
    private static final int FD = 100;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final LibC libc = mock(LibC.class);
    private final AtomicInteger nextFd = new AtomicInteger(FD + 1);

    @BeforeEach
    void makeEventFds() {
        when(libc.eventfd(anyInt(), anyInt())).thenAnswer(call -> nextFd.getAndIncrement());
        when(libc.write(anyInt(), anyLong(), anyLong())).thenReturn(8L);
        when(libc.read(anyInt(), anyLong(), anyLong())).thenReturn((long) -Errnos.EAGAIN);
    }

    private EventWaits open(EventCounter counter) {
        return EventWaits.open(libc, "the test", List.of(new EventSource(new Fd(libc, FD, "/dev/thing"), counter)));
    }

    /** Reaches into the memory of a call as the kernel does. */
    @SuppressWarnings("restricted")
    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    @Test
    void closesWhatItWasGivenWhenItCanNotOpen() {
        when(libc.eventfd(anyInt(), anyInt())).thenReturn(-Errnos.EMFILE);
        KernelCallException e = assertThrows(KernelCallException.class, () -> open(EventCounter.eventFd()));
        assertEquals(Errnos.of(Errnos.EMFILE), e.errno());
        verify(libc, times(1)).close(FD);
    }

    @Test
    void reportsTooManyFilesAtTheFirstWaitAndStaysUsable() throws Exception {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.eventfd(anyInt(), anyInt())).thenReturn(-Errnos.EMFILE);
        assertThrows(KernelCallException.class, () -> waits.await(0, LONG));
        assertThrows(KernelCallException.class, () -> waits.awaitAny(LONG));
        makeEventFds();
        assertEquals(0, waits.await(0, Duration.ZERO));
        waits.close();
        verify(libc, times(1)).close(FD);
    }

    @Test
    void reportsWhatPollAnswers() {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.ppoll(anyLong(), anyLong(), anyLong())).thenReturn(-Errnos.ENOMEM);
        KernelCallException e = assertThrows(KernelCallException.class, () -> waits.await(0, LONG));
        assertEquals("ENOMEM", e.errno().name());
        assertThrows(KernelCallException.class, () -> waits.awaitAny(LONG));
    }

    @Test
    void reportsWhatPollAnswersToVirtualThreads() throws Exception {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.epollWait(anyInt(), anyLong(), anyInt(), eq(-1))).thenReturn(-Errnos.ENOMEM);
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(waits.await(0, LONG));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        ExecutionException e = assertThrows(ExecutionException.class, result::get);
        assertEquals(KernelCallException.class, e.getCause().getClass());
        waits.close();
        assertEquals(0, TestEvents.pollers());
    }

    @Test
    void looksAgainAfterASignal() throws Exception {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.ppoll(anyLong(), anyLong(), anyLong())).thenAnswer(call -> {
            when(libc.read(eq(FD), anyLong(), eq(8L))).thenAnswer(read -> {
                at(read.getArgument(1), 8).set(ValueLayout.JAVA_LONG, 0, 5);
                return 8L;
            });
            return -Errnos.EINTR;
        });
        assertEquals(5, waits.await(0, LONG));
    }

    @Test
    void aDeviceThatIsGoneIsLost() {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.read(eq(FD), anyLong(), anyLong())).thenReturn((long) -Errnos.EIO);
        DeviceLostException e = assertThrows(DeviceLostException.class, () -> waits.poll(0));
        assertEquals("/dev/thing", e.path());
        when(libc.read(eq(FD), anyLong(), anyLong())).thenReturn(3L); // no count has 3 bytes
        assertThrows(DeviceLostException.class, () -> waits.await(0, LONG));
    }

    @Test
    void aDescriptorWithErrorsAndNoEventsDoesNotSpin() {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.ppoll(anyLong(), anyLong(), anyLong())).thenAnswer(call -> {
            long entry = call.<Long>getArgument(0) + 2L * Poll.POLLFD_SIZE;
            at(entry, Poll.POLLFD_SIZE).set(ValueLayout.JAVA_SHORT, Poll.POLLFD_REVENTS, Poll.POLLERR);
            return 1;
        });
        assertThrows(DeviceLostException.class, () -> waits.await(0, LONG));
    }

    @Test
    void aDescriptorWithErrorsAndNoEventsDoesNotSpinVirtualThreads() throws Exception {
        EventWaits waits = open(EventCounter.eventFd());
        when(libc.epollWait(anyInt(), anyLong(), anyInt(), eq(-1))).thenAnswer(call -> {
            MemorySegment event = at(call.getArgument(1), Epoll.EPOLL_EVENT_SIZE);
            EpollSet.describe(event, Epoll.EPOLLERR, 0);
            Thread.sleep(1);
            return 1;
        });
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(waits.await(0, LONG));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        ExecutionException e = assertThrows(ExecutionException.class, result::get);
        assertEquals(DeviceLostException.class, e.getCause().getClass());
        when(libc.epollWait(anyInt(), anyLong(), anyInt(), eq(-1))).thenReturn(-Errnos.EBADF);
        waits.close();
        assertEquals(0, TestEvents.pollers());
    }

    @Test
    void aRunningTotalIsCountedByItsDifferencesAndWraps() {
        AtomicInteger total = new AtomicInteger(Integer.MAX_VALUE - 1);
        EventWaits waits = open(EventCounter.runningTotal(total.get()));
        when(libc.read(eq(FD), anyLong(), eq(4L))).thenAnswer(call -> {
            at(call.getArgument(1), 4).set(ValueLayout.JAVA_INT, 0, total.get());
            return 4L;
        });
        assertEquals(0, waits.poll(0));
        total.addAndGet(1);
        assertEquals(1, waits.poll(0));
        total.addAndGet(5);
        assertEquals(5, waits.poll(0));
        assertEquals(0, waits.poll(0));
    }

    @Test
    void aRunningTotalThatNobodyReadForLongIsCountedUpToItsWrap() {
        AtomicInteger total = new AtomicInteger(5);
        EventWaits waits = open(EventCounter.runningTotal(total.get()));
        when(libc.read(eq(FD), anyLong(), eq(4L))).thenAnswer(call -> {
            at(call.getArgument(1), 4).set(ValueLayout.JAVA_INT, 0, total.get());
            return 4L;
        });
        for (long events : new long[] {1L << 31, (1L << 31) + 1, (1L << 32) - 1, 1, (1L << 31) - 1, 0}) {
            total.addAndGet((int) events);
            assertEquals(events, waits.poll(0));
        }
    }

    @Test
    void threadsThatReadARunningTotalTogetherCountEachEventOnce() throws Exception {
        AtomicInteger total = new AtomicInteger(-2_000);
        EventCounter counter = EventCounter.runningTotal(total.get());
        when(libc.read(eq(FD), anyLong(), eq(4L))).thenAnswer(call -> {
            int now = total.incrementAndGet();
            Thread.yield(); // so that another thread reads a later total meanwhile, if it can
            at(call.getArgument(1), 4).set(ValueLayout.JAVA_INT, 0, now);
            return 4L;
        });
        int reads = 1_000;
        AtomicLong counted = new AtomicLong();
        List<Thread> threads = Stream.generate(() -> new Thread(() -> {
                    MemorySegment buffer = Arena.ofAuto().allocate(8, 8);
                    for (int i = 0; i < reads; i++) {
                        counted.addAndGet(counter.take(libc, FD, buffer));
                    }
                }))
                .limit(4)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4 * reads, counted.get());
    }
}
