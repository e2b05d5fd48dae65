// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** {@code struct vfio_iommu_type1_info_dma_avail}: how many more mappings the kernel allows. */
final class VfioIommuType1InfoDmaAvail {
    static final int VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3;

    static final long HEADER = 0;
    static final long AVAIL = 8;
    static final long SIZE = 12;

    private VfioIommuType1InfoDmaAvail() {}
}
