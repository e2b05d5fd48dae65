// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

/** Events of {@code poll(2)} and the layout of {@code struct pollfd}, from asm-generic/poll.h. */
public final class Poll {
    public static final short POLLIN = 0x1;
    public static final short POLLPRI = 0x2;
    public static final short POLLOUT = 0x4;
    public static final short POLLERR = 0x8;
    public static final short POLLHUP = 0x10;
    public static final short POLLNVAL = 0x20;

    /** {@code sizeof(struct pollfd)}. */
    public static final int POLLFD_SIZE = 8;
    /** {@code int fd}; a negative one is passed over. */
    public static final int POLLFD_FD = 0;
    /** {@code short events}. */
    public static final int POLLFD_EVENTS = 4;
    /** {@code short revents}. */
    public static final int POLLFD_REVENTS = 6;

    private Poll() {}
}
