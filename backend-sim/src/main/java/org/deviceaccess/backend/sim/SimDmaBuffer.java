// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.jspecify.annotations.Nullable;

/** A buffer that is mapped in the simulated IOMMU as one range. */
final class SimDmaBuffer implements DmaBuffer {
    private final SimDma owner;
    private final long size;
    private final long length;
    private final List<DmaSegment> segments;
    private final MemorySegment memory;
    private final DmaDirection direction;
    private final @Nullable Arena arena;
    private final long address;
    private volatile boolean closed;

    /**
     * Makes a buffer of what was mapped.
     *
     * @param size the bytes that were asked for
     * @param length the bytes that are mapped
     * @param arena what owns the memory, or {@code null} if it is the caller's
     */
    SimDmaBuffer(
            SimDma owner,
            long size,
            long length,
            List<DmaSegment> segments,
            MemorySegment memory,
            DmaDirection direction,
            @Nullable Arena arena) {
        this.owner = owner;
        this.size = size;
        this.length = length;
        this.segments = segments;
        this.memory = memory.asSlice(0, size);
        this.direction = direction;
        this.arena = arena;
        this.address = segments.get(0).deviceAddress();
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public DmaDirection direction() {
        return direction;
    }

    @Override
    public List<DmaSegment> segments() {
        return segments;
    }

    @Override
    public long deviceAddress() {
        return deviceAddress(0);
    }

    @Override
    public long deviceAddress(long offset) {
        owner.requireOpen();
        if (closed) {
            throw new IllegalStateException("the DMA buffer is closed");
        }
        return address + Objects.checkIndex(offset, size);
    }

    @Override
    public void close() {
        owner.close(this);
    }

    @SuppressWarnings("ReferenceEquality") // the very one
    boolean isOf(SimDma dma) {
        return owner == dma;
    }

    long address() {
        return address;
    }

    long length() {
        return length;
    }

    /** Gives the memory back if it is ours, and refuses further use. */
    void free() {
        if (arena != null) {
            arena.close();
        }
        closed = true;
    }
}
