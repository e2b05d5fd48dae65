// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct vfio_iommu_type1_dma_map}: maps memory of the process at an I/O virtual address. */
final class VfioIommuType1DmaMap {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long VADDR = 8;
    static final long IOVA = 16;
    static final long MEMBER_SIZE = 24;
    static final long SIZE = 32;

    static final int VFIO_DMA_MAP_FLAG_READ = 1;
    static final int VFIO_DMA_MAP_FLAG_WRITE = 1 << 1;

    private VfioIommuType1DmaMap() {}

    static MemorySegment encode(Arena arena, int flags, long vaddr, long iova, long size) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, ARGSZ, (int) SIZE);
        struct.set(JAVA_INT, FLAGS, flags);
        struct.set(JAVA_LONG, VADDR, vaddr);
        struct.set(JAVA_LONG, IOVA, iova);
        struct.set(JAVA_LONG, MEMBER_SIZE, size);
        return struct;
    }
}
