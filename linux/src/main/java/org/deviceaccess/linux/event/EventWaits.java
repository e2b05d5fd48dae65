// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.EventFd;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.Gate;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Poll;
import org.deviceaccess.linux.libc.ScratchPool;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;

/**
 * Waits for any number of descriptors that count events, by any number of threads.
 *
 * <p>Safe for use by any thread. Waiting allocates nothing on platform threads once as many have waited at the same
 * time before. All methods but {@link #isOpen} and the closing ones throw {@link IllegalStateException} once this is
 * closed, and {@link DeviceLostException} if the kernel reports that a descriptor will have no events any more.
 */
public final class EventWaits implements AutoCloseable {
    private static final int POLL_ERRORS = Poll.POLLERR | Poll.POLLHUP | Poll.POLLNVAL;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final LibC libc;
    private final String name;
    private final List<EventSource> sources;
    private final Fd closeFd;
    private final Gate gate = new Gate();
    private final Arena arena = Arena.ofShared();
    private final ScratchPool scratch = new ScratchPool(Long.BYTES);
    /** The numbers of the descriptors, for use inside the gate: when they are closed, nobody is inside. */
    private final int[] fds;

    private final WaiterPool forOne;
    private final WaiterPool forAny;
    private final VirtualWaits virtual;
    private final AtomicInteger turn = new AtomicInteger();

    private EventWaits(LibC libc, String name, List<EventSource> sources, int[] fds, Fd closeFd) {
        this.libc = libc;
        this.name = name;
        this.sources = sources;
        this.fds = fds;
        this.closeFd = closeFd;
        int closeNumber = number(closeFd);
        this.forOne = new WaiterPool(() -> new Waiter(libc, arena, closeNumber, 1));
        this.forAny = new WaiterPool(() -> new Waiter(libc, arena, closeNumber, fds));
        this.virtual = new VirtualWaits(() -> new Waiter(libc, arena, closeNumber, fds), fds, name);
    }

    /**
     * Makes ready for waiting.
     *
     * @param libc the C library
     * @param name what the events are, for errors: {@code the MSI interrupts}
     * @param sources the descriptors, by index; given back when this is closed, also if this throws
     */
    public static EventWaits open(LibC libc, String name, List<EventSource> sources) {
        List<EventSource> owned = List.copyOf(sources);
        try {
            int[] fds = owned.stream().mapToInt(source -> number(source.fd())).toArray();
            return new EventWaits(libc, name, owned, fds, EventFd.create(libc, "eventfd of closing"));
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, owned.stream().map(EventSource::giveBack).toArray(Runnable[]::new));
        }
    }

    private static int number(Fd fd) {
        int number = fd.acquire();
        fd.release();
        return number;
    }

    /** Returns whether this is not closed. */
    public boolean isOpen() {
        return gate.isOpen();
    }

    /** Keeps this from being closed until {@link #leave}: closing waits. */
    public void enter() {
        if (!gate.tryEnter()) {
            throw closed();
        }
    }

    /** Ends what {@link #enter} began. */
    public void leave() {
        gate.leave();
    }

    /**
     * Takes the events of a descriptor, without waiting.
     *
     * @return how many there are, 0 for none
     */
    public long poll(int index) {
        enter();
        try {
            return takeNow(index);
        } finally {
            leave();
        }
    }

    /**
     * Waits for events of a descriptor and takes them.
     *
     * @param timeout how long at the most; zero or less takes what is there
     * @return how many there are, 0 when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits; no event is lost
     */
    public long await(int index, Duration timeout) throws InterruptedException {
        enter();
        try {
            return Thread.currentThread().isVirtual()
                    ? awaitParked(index, nanos(timeout))
                    : awaitBlocked(index, nanos(timeout));
        } finally {
            leave();
        }
    }

    private long awaitBlocked(int index, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        Waiter waiter = forOne.take();
        try {
            waiter.watch(0, fds[index]);
            boolean broken = false;
            for (; ; ) {
                checkWaiting();
                long events = take(index, waiter.buffer());
                if (events > 0) {
                    return events;
                }
                if (broken) {
                    throw new DeviceLostException(lost(index));
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (remaining <= 0) {
                    return 0;
                }
                broken = check(waiter.block(1, remaining)) && (waiter.ready(0) & POLL_ERRORS) != 0;
            }
        } finally {
            forOne.give(waiter);
        }
    }

    private long awaitParked(int index, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (; ; ) {
            checkWaiting();
            long events = takeNow(index);
            if (events > 0) {
                return events;
            }
            long remaining = nanos - (System.nanoTime() - start);
            if (remaining <= 0) {
                return 0;
            }
            virtual.park(index, remaining);
        }
    }

    /**
     * Waits until a descriptor has events, without taking them. Those that stay ready are found in turn.
     *
     * @param timeout how long at the most; zero or less looks once
     * @return its index, or -1 when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     */
    public int awaitAny(Duration timeout) throws InterruptedException {
        enter();
        try {
            boolean parks = Thread.currentThread().isVirtual();
            long start = System.nanoTime();
            long nanos = nanos(timeout);
            for (; ; ) {
                checkWaiting();
                long remaining = Math.max(0, nanos - (System.nanoTime() - start));
                int index = find(parks ? 0 : remaining);
                if (index >= 0 || remaining == 0) {
                    return index;
                }
                if (parks) {
                    virtual.park(VirtualWaits.ANY, remaining);
                }
            }
        } finally {
            leave();
        }
    }

    /** Returns a descriptor that is ready before the time is over or the wait is ended, else -1. */
    private int find(long nanos) {
        Waiter waiter = forAny.take();
        try {
            if (check(nanos == 0 ? waiter.poll(fds.length, 0) : waiter.block(fds.length, nanos))) {
                int first = turn.get();
                for (int i = 0; i < fds.length; i++) {
                    int index = (first + i) % fds.length;
                    if (waiter.ready(index) != 0) {
                        turn.set((index + 1) % fds.length);
                        return index;
                    }
                }
            }
            return -1;
        } finally {
            forAny.give(waiter);
        }
    }

    private void checkWaiting() throws InterruptedException {
        if (!gate.isOpen()) {
            throw closed();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for " + name);
        }
    }

    private long takeNow(int index) {
        MemorySegment buffer = scratch.take();
        try {
            return take(index, buffer);
        } finally {
            scratch.give(buffer);
        }
    }

    private long take(int index, MemorySegment buffer) {
        EventSource source = sources.get(index);
        long events = source.counter().take(libc, fds[index], buffer);
        if (events >= 0) {
            return events;
        }
        if (events == -Errnos.EAGAIN) {
            return 0;
        }
        if (events == -Errnos.EIO) {
            throw new DeviceLostException(lost(index).errno(Errnos.of(Errnos.EIO)));
        }
        throw KernelErrors.of(
                events,
                Failure.during("take the events of " + name).path(source.fd().name()));
    }

    /** Returns whether a poll found something; its events are not to be looked at if not. */
    private boolean check(int result) {
        if (result < 0 && result != -Errnos.EINTR) {
            throw KernelErrors.of(result, Failure.during("wait for " + name));
        }
        return result > 0;
    }

    private Failure lost(int index) {
        return Failure.during("wait for " + name)
                .because("the kernel reports that there will be no more events")
                .path(sources.get(index).fd().name())
                .remedy("Close the device; when it is back, open it again");
    }

    private IllegalStateException closed() {
        return new IllegalStateException(name + ": closed");
    }

    /** Returns the time-out in nanoseconds, at least 0; what does not fit becomes the 292 years that do. */
    private static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        long seconds = timeout.getSeconds();
        return seconds >= Long.MAX_VALUE / NANOS_PER_SECOND
                ? Long.MAX_VALUE
                : seconds * NANOS_PER_SECOND + timeout.getNano();
    }

    /** Closes with nothing to do in between. */
    @Override
    public void close() {
        close(() -> {});
    }

    /**
     * Wakes all waiters, which throw {@link IllegalStateException}, and closes the descriptors when they have left. Can
     * be repeated without effect; returns when all is closed, whoever does it.
     *
     * @param disable what to do when nobody is inside any more and before the descriptors are closed
     */
    public void close(Runnable disable) {
        if (!gate.shut()) {
            gate.awaitDone();
            return;
        }
        CloseSteps steps = new CloseSteps();
        steps.run(virtual::shut);
        steps.run(this::wakeForEver);
        gate.awaitEmpty();
        steps.run(virtual::close);
        steps.run(disable);
        forOne.close(steps);
        forAny.close(steps);
        sources.forEach(source -> steps.run(source.giveBack()));
        steps.run(closeFd::close);
        steps.run(arena::close);
        gate.done();
        steps.finish();
    }

    private void wakeForEver() {
        MemorySegment one = scratch.take();
        one.set(ValueLayout.JAVA_LONG, 0, 1);
        int number = closeFd.acquire();
        long result = libc.write(number, one.address(), Long.BYTES);
        closeFd.release();
        scratch.give(one);
        if (result < 0) {
            throw KernelErrors.of(result, Failure.during("wake the waiters of " + name));
        }
    }
}
