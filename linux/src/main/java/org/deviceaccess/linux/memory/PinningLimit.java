// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import java.util.OptionalLong;
import org.deviceaccess.linux.libc.Capability;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.libc.Rlimit;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MemlockLimitException;

/**
 * Finds out, after the kernel refused to pin or lock memory with ENOMEM, or mlock(2) with EAGAIN, whether the limit or the
 * lack of memory was why.
 */
public final class PinningLimit {
    private static final long KIB = 1024;

    private PinningLimit() {}

    /**
     * Returns the error.
     *
     * @param libc the C library
     * @param failure operation and path
     * @param errno what the kernel answered, such as {@link Errnos#ENOMEM}
     * @param size how many bytes were to be pinned
     */
    public static DeviceAccessException explain(LibC libc, Failure failure, int errno, long size) {
        return explain(libc, ProcessStatus.self(), failure, errno, size);
    }

    static DeviceAccessException explain(LibC libc, ProcessStatus process, Failure failure, int errno, long size) {
        Failure facts = failure.errno(Errnos.of(errno));
        long limit = Rlimit.of(libc, Rlimit.RLIMIT_MEMLOCK).soft();
        // The kernel counts what it pins for VFIO as locked memory (VmLck in proc(5)).
        OptionalLong locked = process.lockedBytes();
        long used = locked.orElse(0);
        if (Capability.CAP_IPC_LOCK.isIn(process.capabilities().orElse(0))) {
            return new DmaMemoryException(
                    facts.because("the kernel could not pin " + size + " bytes, and not because of the limit of locked"
                                    + " memory, which does not bind this process, as it has " + Capability.CAP_IPC_LOCK)
                            .remedy("Free memory, or ask for less"));
        }
        if (limit == Rlimit.INFINITY || Long.compareUnsigned(used + size, limit) <= 0) {
            return new DmaMemoryException(
                    facts.because("the kernel could not pin " + size + " bytes, and not because of"
                                    + " the limit of locked memory, of which " + used + " bytes are used")
                            .remedy("Free memory, or ask for less"));
        }
        long needed = Math.ceilDiv(used + size, KIB);
        return new MemlockLimitException(facts.because("the limit of locked memory (RLIMIT_MEMLOCK) is " + limit
                        + " bytes; " + (locked.isPresent() ? used + " are in use" : "how many are in use is not known")
                        + " and " + size + " more are needed")
                .remedy("Raise it for the shell that starts Java: " + RootCommands.raiseLockedMemory(needed)));
    }
}
