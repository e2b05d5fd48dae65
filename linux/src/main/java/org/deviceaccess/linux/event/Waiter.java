// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.deviceaccess.linux.libc.EventFd;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Poll;

/**
 * What one platform thread needs while it waits: memory for the call, and an eventfd by which
 * {@link Thread#interrupt} ends it. Used by one thread at a time; {@link #wake} by any.
 */
final class Waiter implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    // Where things are in the memory: struct timespec, the buffer to read a count into, the value 1 to wake with,
    // then the array of struct pollfd: the eventfd of closing, the own one, the descriptor that is waited for.
    private static final long TIMESPEC = 0;
    private static final long BUFFER = 16;
    private static final long ONE = 24;
    private static final long POLLFDS = 32;
    private static final int CLOSE_ENTRY = 0;
    private static final int WAKE_ENTRY = 1;
    private static final int TARGET_ENTRY = 2;
    private static final int ENTRIES = 3;

    private final LibC libc;
    private final MemorySegment memory;
    private final Fd wakeFd;
    private final int wakeNumber;
    private final InterruptHook hook = new InterruptHook();

    /**
     * @param arena for the memory; lives until after {@link #close}
     * @param closeFd becomes readable when waiting has to end for ever
     */
    Waiter(LibC libc, Arena arena, int closeFd) {
        this.libc = libc;
        this.wakeFd = EventFd.create(libc, "eventfd of a waiting thread");
        this.wakeNumber = wakeFd.number();
        this.memory = arena.allocate(POLLFDS + (long) ENTRIES * Poll.POLLFD_SIZE, Long.BYTES);
        memory.set(ValueLayout.JAVA_LONG, ONE, 1);
        setEntry(CLOSE_ENTRY, closeFd);
        setEntry(WAKE_ENTRY, wakeNumber);
    }

    /**
     * Waits until a descriptor is ready, the waiter is woken, the thread is interrupted, or the time is over.
     *
     * @param fd the descriptor
     * @param nanos how long at the most, 0 or more
     * @return 0 or more if the wait ended for one of these reasons, else the negated error number
     */
    int block(int fd, long nanos) {
        setEntry(TARGET_ENTRY, fd);
        memory.set(ValueLayout.JAVA_LONG, TIMESPEC, nanos / NANOS_PER_SECOND);
        memory.set(ValueLayout.JAVA_LONG, TIMESPEC + Long.BYTES, nanos % NANOS_PER_SECOND);
        int result;
        hook.enter();
        try {
            result = libc.ppoll(memory.address() + POLLFDS, ENTRIES, memory.address() + TIMESPEC);
        } finally {
            hook.leave();
        }
        if (result > 0 && events(WAKE_ENTRY) != 0) {
            libc.read(wakeNumber, memory.address() + BUFFER, Long.BYTES);
        }
        return result;
    }

    /** Returns the events of the descriptor that {@link #block} found: POLLIN and others, 0 for none. */
    int ready() {
        return events(TARGET_ENTRY);
    }

    /**
     * Ends the current wait, or the next one. A call that comes late, when the waiter has another thread or is closed,
     * only makes that thread look again.
     */
    void wake() {
        int number = wakeFd.tryAcquire();
        if (number >= 0) {
            try {
                // The only error is EAGAIN, when nobody has read the last 2^64 - 2: then it is ready anyway.
                libc.write(number, memory.address() + ONE, Long.BYTES);
            } finally {
                wakeFd.release();
            }
        }
    }

    @Override
    public void close() {
        wakeFd.close();
    }

    private void setEntry(int entry, int fd) {
        long at = POLLFDS + (long) entry * Poll.POLLFD_SIZE;
        memory.set(ValueLayout.JAVA_INT, at + Poll.POLLFD_FD, fd);
        memory.set(ValueLayout.JAVA_SHORT, at + Poll.POLLFD_EVENTS, Poll.POLLIN);
        memory.set(ValueLayout.JAVA_SHORT, at + Poll.POLLFD_REVENTS, (short) 0);
    }

    private int events(int entry) {
        return memory.get(ValueLayout.JAVA_SHORT, POLLFDS + (long) entry * Poll.POLLFD_SIZE + Poll.POLLFD_REVENTS);
    }

    /**
     * The JDK's public way to be told of {@link Thread#interrupt} while a thread is blocked: {@code begin} and
     * {@code end} of a selector. Nothing is ever selected with it.
     */
    private final class InterruptHook extends AbstractSelector {
        InterruptHook() {
            super(SelectorProvider.provider());
        }

        void enter() {
            begin();
        }

        void leave() {
            end();
        }

        @Override
        public Selector wakeup() {
            wake();
            return this;
        }

        @Override
        protected void implCloseSelector() {}

        @Override
        protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SelectionKey> keys() {
            return Set.of();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            return Set.of();
        }

        @Override
        public int selectNow() {
            return 0;
        }

        @Override
        public int select(long timeout) {
            return 0;
        }

        @Override
        public int select() {
            return 0;
        }
    }
}
