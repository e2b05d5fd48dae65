// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct vfio_iommu_type1_dma_unmap}: takes mappings away; the kernel answers how many bytes they had. */
final class VfioIommuType1DmaUnmap {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long IOVA = 8;
    static final long MEMBER_SIZE = 16;
    static final long SIZE = 24;

    private VfioIommuType1DmaUnmap() {}

    static MemorySegment encode(Arena arena, long iova, long size) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, ARGSZ, (int) SIZE);
        struct.set(JAVA_LONG, IOVA, iova);
        struct.set(JAVA_LONG, MEMBER_SIZE, size);
        return struct;
    }

    static long unmapped(MemorySegment struct) {
        return struct.get(JAVA_LONG, MEMBER_SIZE);
    }
}
