// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import org.deviceaccess.spi.error.Failure;

/** Event counters of the kernel, {@code eventfd(2)}, and their flags (sys/eventfd.h). */
public final class EventFd {
    /** Make read and write not wait. */
    public static final int EFD_NONBLOCK = Fcntl.O_NONBLOCK;
    /** Close in programs that this process starts. */
    public static final int EFD_CLOEXEC = Fcntl.O_CLOEXEC;

    private EventFd() {}

    /**
     * Makes a counter at zero. Reads and writes of 8 bytes do not wait: a read takes the sum of what was added since
     * the last one, or answers {@code -EAGAIN} for none.
     *
     * @param libc the C library
     * @param name what it is for, for errors: {@code eventfd of MSI 0}
     */
    public static Fd create(LibC libc, String name) {
        int result = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (result < 0) {
            throw KernelErrors.of(
                    result, Failure.during("make an event counter").because(name));
        }
        return new Fd(libc, result, name);
    }
}
