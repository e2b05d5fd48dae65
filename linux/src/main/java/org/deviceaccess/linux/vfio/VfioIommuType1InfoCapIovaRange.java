// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** {@code struct vfio_iommu_type1_info_cap_iova_range}: the addresses that can be mapped. */
final class VfioIommuType1InfoCapIovaRange {
    static final int VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;

    static final long HEADER = 0;
    static final long NR_IOVAS = 8;
    static final long IOVA_RANGES = 16;
    static final long SIZE = 16;

    private VfioIommuType1InfoCapIovaRange() {}
}
