// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

/** Flags of {@code open(2)} and {@code flock(2)}, from asm-generic/fcntl.h; the same on x86-64 and AArch64. */
public final class Fcntl {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;

    /** Lock: nobody else has one at the same time. */
    public static final int LOCK_EX = 2;
    /** Lock: answer {@code -EAGAIN} instead of waiting. */
    public static final int LOCK_NB = 4;

    private Fcntl() {}
}
