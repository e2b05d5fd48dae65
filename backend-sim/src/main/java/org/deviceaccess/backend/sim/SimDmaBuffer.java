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

/** A buffer that is mapped in the simulated IOMMU, in one range or in chunks of the same length. */
final class SimDmaBuffer implements DmaBuffer {
    private final SimDma owner;
    private final long size;
    private final long chunk;
    private final long[] addresses;
    private final List<DmaSegment> segments;
    private final MemorySegment memory;
    private final DmaDirection direction;
    private final @Nullable Arena arena;
    private volatile boolean closed;

    /**
     * Makes a buffer of what was mapped.
     *
     * @param placement how it is cut
     * @param addresses where each chunk starts, as the device sees it
     * @param arena what owns the memory, or {@code null} if it is the caller's
     */
    SimDmaBuffer(SimDma owner, Placement placement, long[] addresses, MemorySegment memory, @Nullable Arena arena) {
        this.owner = owner;
        this.size = placement.whole().size();
        this.chunk = placement.chunk();
        this.addresses = addresses;
        this.segments = placement.segments(addresses);
        this.memory = memory.asSlice(0, size);
        this.direction = placement.whole().constraints().direction();
        this.arena = arena;
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
        long at = Objects.checkIndex(offset, size);
        return addresses[(int) (at / chunk)] + at % chunk;
    }

    @Override
    public void close() {
        owner.close(this);
    }

    @SuppressWarnings("ReferenceEquality") // the very one
    boolean isOf(SimDma dma) {
        return owner == dma;
    }

    /** Returns where each chunk starts, as the device sees it; not to be changed. */
    long[] addresses() {
        return addresses;
    }

    /** Returns how many addresses each chunk takes. */
    long chunk() {
        return chunk;
    }

    /** Gives the memory back if it is ours, and refuses further use. */
    void free() {
        if (arena != null) {
            arena.close();
        }
        closed = true;
    }

    @Override
    public String toString() {
        return size + " bytes at 0x" + Long.toHexString(addresses[0])
                + (addresses.length == 1 ? "" : " and " + (addresses.length - 1) + " more places")
                + (closed ? " (closed)" : "");
    }
}
