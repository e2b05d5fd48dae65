// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct vfio_iommu_type1_info}: what the IOMMU behind a container can do.
 *
 * @param flags the {@code VFIO_IOMMU_INFO} flags
 * @param iovaPgsizes the page sizes as a bit mask, 0 where the kernel does not tell
 * @param capOffset where the capability chain starts in the structure, 0 if there is none
 */
record VfioIommuType1Info(int flags, long iovaPgsizes, int capOffset) {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long IOVA_PGSIZES = 8;
    static final long CAP_OFFSET = 16;
    static final long SIZE = 24;

    static final int VFIO_IOMMU_INFO_PGSIZES = 1;
    static final int VFIO_IOMMU_INFO_CAPS = 1 << 1;

    static VfioIommuType1Info decode(MemorySegment struct) {
        int flags = struct.get(JAVA_INT, FLAGS);
        return new VfioIommuType1Info(
                flags,
                (flags & VFIO_IOMMU_INFO_PGSIZES) != 0 ? struct.get(JAVA_LONG, IOVA_PGSIZES) : 0,
                (flags & VFIO_IOMMU_INFO_CAPS) != 0 ? struct.get(JAVA_INT, CAP_OFFSET) : 0);
    }
}
