// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;

/** Memory whose device address is its own; it lives as long as the card. */
record MemoryBuffer(MemorySegment memory) implements DmaBuffer {
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
        return List.of(new DmaSegment(0, memory.address(), memory.byteSize()));
    }

    @Override
    public long deviceAddress() {
        return memory.address();
    }

    @Override
    public long deviceAddress(long offset) {
        return memory.address() + Objects.checkIndex(offset, memory.byteSize());
    }

    @Override
    public void close() {
        // The card's arena gives it back.
    }
}
