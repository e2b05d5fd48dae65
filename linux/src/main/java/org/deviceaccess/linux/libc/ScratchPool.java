// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory for the few bytes that go in and out of a system call.
 *
 * <p>Lent to one thread at a time. Not bound to threads, as there can be many virtual ones, and not to the arena of a
 * device: the kernel may still write to it while the device is being closed. Allocates only while more pieces are lent
 * at the same time than ever before. The memory goes when pool and pieces are unreachable.
 */
public final class ScratchPool {
    private final long size;
    private final List<MemorySegment> idle = new ArrayList<>();

    /**
     * Makes an empty pool.
     *
     * @param size the length of the pieces in bytes
     * @throws IllegalArgumentException if the size is not positive
     */
    public ScratchPool(long size) {
        if (size <= 0) {
            throw new IllegalArgumentException("scratch memory of " + size + " bytes");
        }
        this.size = size;
    }

    /** Lends a piece, aligned to 8 bytes and with undefined contents; {@link #give} must follow. */
    public synchronized MemorySegment take() {
        return idle.isEmpty() ? Arena.ofAuto().allocate(size, Long.BYTES) : idle.removeLast();
    }

    /** Takes a piece back. */
    public synchronized void give(MemorySegment piece) {
        idle.add(piece);
    }
}
