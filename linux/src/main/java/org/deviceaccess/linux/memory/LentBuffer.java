// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.jspecify.annotations.Nullable;

/** Memory that a device can reach, as its user sees it. {@link LentBuffers} gives it back. */
public abstract class LentBuffer implements DmaBuffer {
    private final LentBuffers owner;
    private final MemorySegment memory;
    private final DmaDirection direction;
    private final List<DmaSegment> segments;
    private final @Nullable Arena arena;
    private volatile boolean closed;

    /**
     * @param owner closes the buffer
     * @param memory as the user sees it
     * @param direction who reads and who writes
     * @param segments where it is for the device
     * @param arena what the memory belongs to, or {@code null} if it is the caller's
     */
    protected LentBuffer(
            LentBuffers owner,
            MemorySegment memory,
            DmaDirection direction,
            List<DmaSegment> segments,
            @Nullable Arena arena) {
        this.owner = owner;
        this.memory = memory;
        this.direction = direction;
        this.segments = segments;
        this.arena = arena;
    }

    @Override
    public final MemorySegment memory() {
        return memory;
    }

    @Override
    public final long size() {
        return memory.byteSize();
    }

    @Override
    public final DmaDirection direction() {
        return direction;
    }

    @Override
    public final List<DmaSegment> segments() {
        return segments;
    }

    @Override
    public final long deviceAddress() {
        return deviceAddress(0);
    }

    @Override
    public final long deviceAddress(long offset) {
        if (closed) {
            throw new IllegalStateException("the DMA buffer is closed");
        }
        Objects.checkIndex(offset, size());
        return addressAt(offset);
    }

    @Override
    public final void close() {
        owner.close(this);
    }

    @SuppressWarnings("ReferenceEquality") // the very ones
    final boolean isOf(LentBuffers buffers) {
        return owner == buffers;
    }

    /** Returns the device's address of a byte inside of the buffer. */
    protected abstract long addressAt(long offset);

    /** Takes the device's access away, whether or not the memory can be given back now. Can be repeated. */
    protected abstract void takeAccessAway();

    /** Returns what it is, without whether it is closed. */
    protected abstract String description();

    /** Gives memory back that was allocated, its arena taking the access away first; else takes the access away. */
    final void release() {
        if (arena != null) {
            arena.close();
        } else {
            takeAccessAway();
        }
    }

    /** Returns whether there is allocated memory that was not given back. */
    final boolean holdsMemory() {
        return arena != null && arena.scope().isAlive();
    }

    final void markClosed() {
        closed = true;
    }

    @Override
    public final String toString() {
        return description() + (closed ? " (closed)" : "");
    }
}
