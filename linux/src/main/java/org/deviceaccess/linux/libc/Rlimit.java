// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.error.Failure;

/**
 * A limit of this process, {@code getrlimit(2)} (asm-generic/resource.h).
 *
 * @param soft what the kernel enforces, unsigned; {@link #INFINITY} for none
 * @param hard up to where the process may raise it, unsigned; {@link #INFINITY} for none
 */
public record Rlimit(long soft, long hard) {
    /** The number of {@code RLIMIT_NOFILE}: descriptors. */
    public static final int RLIMIT_NOFILE = 7;
    /** The number of {@code RLIMIT_MEMLOCK}: locked memory, in bytes. */
    public static final int RLIMIT_MEMLOCK = 8;
    /** {@code RLIM_INFINITY}. */
    public static final long INFINITY = -1;

    /**
     * Asks the kernel.
     *
     * @param libc the C library
     * @param resource such as {@link #RLIMIT_MEMLOCK}
     * @return the limit as it is now
     */
    public static Rlimit of(LibC libc, int resource) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rlimit = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int result = libc.getrlimit(resource, rlimit.address());
            if (result < 0) {
                throw KernelErrors.of(result, Failure.during("read the resource limit " + resource));
            }
            return new Rlimit(rlimit.getAtIndex(ValueLayout.JAVA_LONG, 0), rlimit.getAtIndex(ValueLayout.JAVA_LONG, 1));
        }
    }
}
