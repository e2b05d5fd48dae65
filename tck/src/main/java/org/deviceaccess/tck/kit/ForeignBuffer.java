// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;

/** A buffer of a device that is none of those here: its addresses mean nothing to any of them. */
public final class ForeignBuffer implements DmaBuffer {
    /** Where x86 takes writes as messages of interrupts: no IOMMU maps memory there. */
    private static final long ADDRESS = 0xfee00000L;

    private final MemorySegment memory;

    /** Allocates zeroed memory of so many bytes, which the garbage collector gives back. */
    public ForeignBuffer(long size) {
        this.memory = Arena.ofAuto().allocate(size, 4096);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long size() {
        return memory.byteSize();
    }

    @Override
    public DmaDirection direction() {
        return DmaDirection.BIDIRECTIONAL;
    }

    @Override
    public List<DmaSegment> segments() {
        return List.of(new DmaSegment(0, ADDRESS, size()));
    }

    @Override
    public long deviceAddress() {
        return ADDRESS;
    }

    @Override
    public long deviceAddress(long offset) {
        return ADDRESS + Objects.checkIndex(offset, size());
    }

    @Override
    public void close() {
        // The garbage collector gives the memory back.
    }
}
