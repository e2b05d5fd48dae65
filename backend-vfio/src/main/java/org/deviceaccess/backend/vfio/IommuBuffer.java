// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.jspecify.annotations.Nullable;

/** Memory that is mapped for the device, as its user sees it. {@link IommuDma} does what there is to do. */
final class IommuBuffer implements DmaBuffer {
    private final IommuDma dma;
    private final IommuMapping mapping;
    private final DmaPlan plan;
    private final MemorySegment memory;
    private final @Nullable Arena arena;
    private final List<DmaSegment> segments;
    private volatile boolean closed;

    /**
     * @param memory as the user sees it
     * @param arena what the memory belongs to, or {@code null} if it is the caller's
     */
    IommuBuffer(IommuDma dma, IommuMapping mapping, DmaPlan plan, MemorySegment memory, @Nullable Arena arena) {
        this.dma = dma;
        this.mapping = mapping;
        this.plan = plan;
        this.memory = memory;
        this.arena = arena;
        this.segments = plan.segments(mapping.iova());
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long size() {
        return plan.size();
    }

    @Override
    public DmaDirection direction() {
        return plan.constraints().direction();
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
        if (closed) {
            throw new IllegalStateException("the DMA buffer is closed");
        }
        Objects.checkIndex(offset, plan.size());
        return mapping.iova() + offset;
    }

    @Override
    public void close() {
        dma.close(this);
    }

    /** Gives memory back that was allocated, its mapping first; takes away the mapping of memory that was not. */
    void release() {
        if (arena != null) {
            arena.close();
        } else {
            mapping.takeAway();
        }
    }

    /** Returns whether there is allocated memory that was not given back. */
    boolean holdsMemory() {
        return arena != null && arena.scope().isAlive();
    }

    /** Takes the device's access away, whether or not the memory can be given back now. */
    void takeAccessAway() {
        mapping.takeAway();
    }

    void markClosed() {
        closed = true;
    }

    @Override
    public String toString() {
        return plan.size() + " bytes at IOVA 0x" + Long.toHexString(mapping.iova()) + (closed ? " (closed)" : "");
    }
}
