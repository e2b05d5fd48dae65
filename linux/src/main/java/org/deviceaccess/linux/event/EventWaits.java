// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.EventFd;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.Gate;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Poll;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Waits for any number of descriptors that count events, by any number of threads. What a wait costs depends neither on
 * how many descriptors there are nor on how many wait.
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
    private final Fd closeFd;
    private final int closeNumber;
    private final Gate gate = new Gate();
    private final Arena arena = Arena.ofShared();
    /** For use inside the gate: when the descriptors are closed, nobody is inside. */
    private final EventSources sources;

    private final WaiterPool waiters;
    private volatile @Nullable VirtualWaits virtual; // made when first needed

    private EventWaits(LibC libc, String name, EventSources sources) {
        this.libc = libc;
        this.name = name;
        this.sources = sources;
        this.closeFd = EventFd.create(libc, "eventfd of closing");
        this.closeNumber = closeFd.number();
        this.waiters = new WaiterPool(() -> new Waiter(libc, arena, closeNumber));
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
            return new EventWaits(libc, name, new EventSources(libc, name, owned));
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, owned.stream().map(EventSource::giveBack).toArray(Runnable[]::new));
        }
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
            return sources.look(index);
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
        return awaitSources(index, nanos(timeout));
    }

    /**
     * Waits until a descriptor has events, without taking them. Those that stay ready are found in turn.
     *
     * @param timeout how long at the most; zero or less looks once
     * @return its index, or -1 when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     */
    public int awaitAny(Duration timeout) throws InterruptedException {
        return (int) awaitSources(sources.any(), nanos(timeout)) - 1;
    }

    private long awaitSources(int index, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        boolean parks = Thread.currentThread().isVirtual();
        boolean failed = false;
        enter();
        try {
            for (; ; ) {
                checkWaiting();
                long found = sources.look(index);
                if (found > 0) {
                    return found;
                }
                if (failed) {
                    throw new DeviceLostException(sources.lost(index));
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (remaining <= 0) {
                    return 0;
                }
                failed = parks ? park(index, remaining) : block(index, remaining);
            }
        } finally {
            if (parks) {
                passOn(index);
            }
            leave();
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

    /** Waits until there may be something to find; returns whether the kernel reports that the descriptor has failed. */
    private boolean block(int index, long nanos) {
        Waiter waiter = waiters.take();
        try {
            int result = waiter.block(sources.fd(index), nanos);
            if (result < 0 && result != -Errnos.EINTR) {
                throw KernelErrors.of(result, Failure.during("wait for " + name));
            }
            return result > 0 && (waiter.ready() & POLL_ERRORS) != 0;
        } finally {
            waiters.give(waiter);
        }
    }

    /** Does what {@link #block} does, and leaves the carrier to other virtual threads. */
    private boolean park(int index, long nanos) {
        VirtualWaits made = virtual;
        return (made == null ? makeVirtual() : made).park(index, sources.fd(index), nanos);
    }

    private synchronized VirtualWaits makeVirtual() {
        VirtualWaits made = virtual;
        if (made == null) {
            made = new VirtualWaits(libc, arena, name, closeNumber, sources.any() + 1);
            virtual = made;
        }
        return made;
    }

    private void passOn(int index) {
        VirtualWaits made = virtual;
        if (made != null) {
            made.passOn(index);
        }
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
        steps.run(this::wakeForEver);
        gate.awaitEmpty();
        VirtualWaits parking = virtual;
        if (parking != null) {
            steps.run(parking::close);
        }
        steps.run(disable);
        waiters.close(steps);
        sources.close(steps);
        steps.run(closeFd::close);
        steps.run(arena::close);
        gate.done();
        steps.finish();
    }

    private void wakeForEver() {
        int number = closeFd.acquire();
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment one = memory.allocateFrom(ValueLayout.JAVA_LONG, 1);
            long result = libc.write(number, one.address(), Long.BYTES);
            if (result < 0) {
                throw KernelErrors.of(result, Failure.during("wake the waiters of " + name));
            }
        } finally {
            closeFd.release();
        }
    }
}
