// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import org.deviceaccess.spi.error.Failure;

/** Sets of descriptors to wait for, {@code epoll(7)}: events, and the layout of {@code struct epoll_event} (sys/epoll.h). */
public final class Epoll {
    public static final int EPOLLIN = 0x1;
    public static final int EPOLLERR = 0x8;
    public static final int EPOLLHUP = 0x10;
    /** Report the descriptor once; after that not until it is changed with {@link #EPOLL_CTL_MOD}. */
    public static final int EPOLLONESHOT = 1 << 30;

    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_MOD = 3;
    /** Close in programs that this process starts. */
    public static final int EPOLL_CLOEXEC = Fcntl.O_CLOEXEC;

    // Packed on x86-64 alone (EPOLL_PACKED in bits/epoll.h), so that 32-bit programs have the same structure.
    private static final boolean PACKED = "amd64".equals(System.getProperty("os.arch"));

    /** {@code sizeof(struct epoll_event)}. */
    public static final int EPOLL_EVENT_SIZE = PACKED ? 12 : 16;
    /** {@code uint32_t events}. */
    public static final int EPOLL_EVENT_EVENTS = 0;
    /** {@code epoll_data_t data}, 8 bytes. */
    public static final int EPOLL_EVENT_DATA = PACKED ? 4 : 8;

    private Epoll() {}

    /**
     * Makes an empty set.
     *
     * @param libc the C library
     * @param name what it is for, for errors
     */
    public static Fd create(LibC libc, String name) {
        int result = libc.epollCreate1(EPOLL_CLOEXEC);
        if (result < 0) {
            throw KernelErrors.of(
                    result, Failure.during("make a set of descriptors (epoll)").because(name));
        }
        return new Fd(libc, result, name);
    }
}
