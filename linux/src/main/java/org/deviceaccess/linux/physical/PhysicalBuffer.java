// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.linux.memory.LentBuffer;
import org.deviceaccess.linux.memory.LentBuffers;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;

/** Memory with physical addresses. */
final class PhysicalBuffer extends LentBuffer {
    // The segments again, without the cost of going through the list: ends in the buffer, and addresses less offsets.
    private final long[] ends;
    private final long[] bases;

    /**
     * @param memory as the user sees it
     * @param arena what the memory belongs to
     * @param segments where it is for the device
     */
    PhysicalBuffer(
            LentBuffers owner, MemorySegment memory, DmaDirection direction, List<DmaSegment> segments, Arena arena) {
        super(owner, memory, direction, segments, arena);
        this.ends = segments.stream()
                .mapToLong(segment -> segment.offset() + segment.length())
                .toArray();
        this.bases = segments.stream()
                .mapToLong(segment -> segment.deviceAddress() - segment.offset())
                .toArray();
    }

    @Override
    protected long addressAt(long offset) {
        int segment = 0;
        while (offset >= ends[segment]) {
            segment++;
        }
        return bases[segment] + offset;
    }

    @Override
    protected void takeAccessAway() {
        // Bus mastering is off by then; there is nothing else between the device and memory.
    }

    @Override
    protected String description() {
        return size() + " bytes at physical address 0x" + Long.toHexString(bases[0]);
    }
}
