// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;

/** Memory with physical addresses, as its user sees it. {@link PhysicalDma} does what there is to do. */
final class PhysicalBuffer implements DmaBuffer {
    private final PhysicalDma dma;
    private final PhysicalRequest request;
    private final MemorySegment memory;
    private final Arena arena;
    private final List<DmaSegment> segments;
    // The same again, without the cost of going through the list: ends in the buffer, and addresses less offsets.
    private final long[] ends;
    private final long[] bases;
    private volatile boolean closed;

    /**
     * @param memory as the user sees it
     * @param arena what the memory belongs to
     * @param segments where it is for the device
     */
    PhysicalBuffer(
            PhysicalDma dma, PhysicalRequest request, MemorySegment memory, Arena arena, List<DmaSegment> segments) {
        this.dma = dma;
        this.request = request;
        this.memory = memory;
        this.arena = arena;
        this.segments = segments;
        this.ends = segments.stream()
                .mapToLong(segment -> segment.offset() + segment.length())
                .toArray();
        this.bases = segments.stream()
                .mapToLong(segment -> segment.deviceAddress() - segment.offset())
                .toArray();
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long size() {
        return request.size();
    }

    @Override
    public DmaDirection direction() {
        return request.constraints().direction();
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
        Objects.checkIndex(offset, request.size());
        int segment = 0;
        while (offset >= ends[segment]) {
            segment++;
        }
        return bases[segment] + offset;
    }

    @Override
    public void close() {
        dma.close(this);
    }

    /** Gives the memory back. */
    void release() {
        arena.close();
    }

    /** Returns whether the memory was not given back. */
    boolean holdsMemory() {
        return arena.scope().isAlive();
    }

    void markClosed() {
        closed = true;
    }

    @Override
    public String toString() {
        return request.size() + " bytes at physical address 0x" + Long.toHexString(bases[0])
                + (closed ? " (closed)" : "");
    }
}
