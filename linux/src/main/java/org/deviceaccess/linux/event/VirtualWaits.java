// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Epoll;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;

/**
 * Parks virtual threads until a descriptor is ready. One epoll instance has all descriptors, and one daemon thread waits
 * for it and wakes who is parked. Both belong to this object.
 *
 * <p>The parking thread itself arms its descriptor, with one system call, and the kernel reports that once. So what a
 * wait costs does not depend on how many others wait, and events that nobody is parked for wake nobody.
 */
final class VirtualWaits implements AutoCloseable {
    private static final int BATCH = 64;

    private final String name;
    private final EpollSet set;
    private final MemorySegment events;
    private final List<ParkingLot> lots;
    private final int closing;
    private final Thread poller;
    private volatile boolean ended;
    /** Why the polling thread has ended: a negated error number, or 0 as this is being closed. */
    private volatile int reason;

    /**
     * Starts the polling thread.
     *
     * @param arena for memory; lives until after {@link #close}
     * @param name what is waited for
     * @param closeFd wakes all and ends the polling thread when it becomes readable, which it stays
     * @param count how many descriptors can be waited for
     */
    VirtualWaits(LibC libc, Arena arena, String name, int closeFd, int count) {
        this.name = name;
        this.closing = count;
        this.events = arena.allocate((long) BATCH * Epoll.EPOLL_EVENT_SIZE, Long.BYTES);
        this.set = new EpollSet(libc, "the virtual threads that wait for " + name);
        try {
            this.lots = IntStream.range(0, count)
                    .mapToObj(key -> new ParkingLot(set, key, arena))
                    .toList();
            EpollSet.describe(events, Epoll.EPOLLIN, closing);
            int result = set.control(Epoll.EPOLL_CTL_ADD, closeFd, events);
            if (result < 0) {
                throw failure(result);
            }
            this.poller = Thread.ofPlatform()
                    .daemon()
                    .name("deviceaccess wait for " + name)
                    .start(this::poll);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, set::close);
        } catch (Error e) { // there may be too many threads
            set.close();
            throw e;
        }
    }

    /**
     * Parks the current thread until the descriptor may be ready, the time is over, the thread is interrupted, or this
     * is being closed. When the thread does not need the events any more, {@link #passOn} must follow.
     *
     * @param index for the descriptor, always the same
     * @param fd the descriptor
     * @param nanos how long at the most, positive
     * @return whether the kernel reports that the descriptor has failed
     */
    boolean park(int index, int fd, long nanos) {
        Parked self = new Parked(Thread.currentThread());
        long start = System.nanoTime();
        ParkingLot lot = lots.get(index);
        int result = lot.enter(self, fd);
        if (result < 0) {
            throw failure(result);
        }
        try {
            long remaining = nanos;
            // Whoever sets ended wakes those who are parked after that.
            while (!ended && !self.isWoken() && remaining > 0 && !self.isInterrupted()) {
                LockSupport.parkNanos(this, remaining);
                remaining = nanos - (System.nanoTime() - start);
            }
        } finally {
            lot.leave(self);
        }
        if (reason < 0) {
            throw failure(reason);
        }
        return self.isFailed();
    }

    /**
     * Lets the next one who is parked for the descriptor have what the current thread was woken for and has left: each
     * report of the kernel wakes one.
     */
    void passOn(int index) {
        lots.get(index).passOn();
    }

    private void poll() {
        int why = -Errnos.EIO; // of an error of the JVM, such as that there is no memory
        try {
            why = pollUntilClosing();
        } finally {
            reason = why;
            ended = true;
            lots.forEach(ParkingLot::wakeAll);
        }
    }

    private int pollUntilClosing() {
        for (; ; ) {
            int count = set.await(events, BATCH, -1);
            if (count < 0 && count != -Errnos.EINTR) {
                return count;
            }
            for (int i = 0; i < count; i++) {
                int index = EpollSet.key(events, i);
                if (index == closing) {
                    return 0;
                }
                lots.get(index).ready(EpollSet.failed(events, i));
            }
        }
    }

    private RuntimeException failure(int result) {
        return KernelErrors.of(result, Failure.during("wait for " + name));
    }

    /** Gives everything back, when the descriptor of closing is readable and nobody is or will be parked. */
    @Override
    public void close() {
        boolean interrupted = false;
        for (; ; ) {
            try {
                poller.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the polling thread is ending, and its descriptors are closed next
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        set.close();
    }
}
