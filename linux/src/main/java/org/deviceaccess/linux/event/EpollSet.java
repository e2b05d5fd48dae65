// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.linux.libc.Epoll;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;

/**
 * An epoll instance: the kernel keeps the set of descriptors, so that waiting for them costs the same however many
 * there are. It knows each by a key, 0 or greater.
 *
 * <p>Safe for use by any thread until it is closed, which its owner does when nobody uses it any more. A descriptor is
 * in the set until the set is closed, so it must be closed after the set: the kernel would report it for as long as
 * anybody else has the file open. Allocates nothing in use.
 */
final class EpollSet implements AutoCloseable {
    private final LibC libc;
    private final Fd fd;
    private final int number;

    /**
     * Makes an empty set.
     *
     * @param name what it is for, for errors
     */
    EpollSet(LibC libc, String name) {
        this.libc = libc;
        this.fd = Epoll.create(libc, name);
        this.number = fd.number();
    }

    /** Returns the descriptor of the set, which is readable while one of those in it is ready. */
    int number() {
        return number;
    }

    /**
     * Adds or changes a descriptor.
     *
     * @param operation {@link Epoll#EPOLL_CTL_ADD} or {@link Epoll#EPOLL_CTL_MOD}
     * @param watched the descriptor
     * @param event what to report, made by {@link #describe}
     * @return 0, or the negated error number
     */
    int control(int operation, int watched, MemorySegment event) {
        return libc.epollCtl(number, operation, watched, event.address());
    }

    /**
     * Waits until descriptors are ready.
     *
     * @param events memory for {@link Epoll#EPOLL_EVENT_SIZE} bytes each
     * @param count for how many of them
     * @param milliseconds 0 looks once, -1 waits without limit
     * @return how many of the events are filled, or the negated error number
     */
    int await(MemorySegment events, int count, int milliseconds) {
        return libc.epollWait(number, events.address(), count, milliseconds);
    }

    /** Writes a {@code struct epoll_event}. */
    static void describe(MemorySegment event, int flags, int key) {
        event.set(ValueLayout.JAVA_INT, Epoll.EPOLL_EVENT_EVENTS, flags);
        event.set(ValueLayout.JAVA_INT, Epoll.EPOLL_EVENT_DATA, key);
        event.set(ValueLayout.JAVA_INT, Epoll.EPOLL_EVENT_DATA + Integer.BYTES, 0);
    }

    /** Returns the key of an event that {@link #await} filled. */
    static int key(MemorySegment events, int index) {
        return events.get(ValueLayout.JAVA_INT, (long) index * Epoll.EPOLL_EVENT_SIZE + Epoll.EPOLL_EVENT_DATA);
    }

    /** Returns whether the descriptor of an event has failed. */
    static boolean failed(MemorySegment events, int index) {
        int flags = events.get(ValueLayout.JAVA_INT, (long) index * Epoll.EPOLL_EVENT_SIZE + Epoll.EPOLL_EVENT_EVENTS);
        return (flags & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) != 0;
    }

    @Override
    public void close() {
        fd.close();
    }
}
