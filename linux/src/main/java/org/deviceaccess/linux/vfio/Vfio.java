// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** Numbers of linux/vfio.h that belong to no structure: requests, extensions, and the fixed indexes of PCI devices. */
final class Vfio {
    static final int VFIO_API_VERSION = 0;

    static final int VFIO_TYPE1_IOMMU = 1;
    static final int VFIO_TYPE1v2_IOMMU = 3;
    static final int VFIO_NOIOMMU_IOMMU = 8;

    // _IO(VFIO_TYPE, VFIO_BASE + n): no size is encoded, so the number is the same for every version of a structure.
    static final long VFIO_GET_API_VERSION = 0x3b64;
    static final long VFIO_CHECK_EXTENSION = 0x3b65;
    static final long VFIO_SET_IOMMU = 0x3b66;
    static final long VFIO_GROUP_GET_STATUS = 0x3b67;
    static final long VFIO_GROUP_SET_CONTAINER = 0x3b68;
    static final long VFIO_GROUP_UNSET_CONTAINER = 0x3b69;
    static final long VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;
    static final long VFIO_DEVICE_GET_INFO = 0x3b6b;
    static final long VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;
    static final long VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;
    static final long VFIO_DEVICE_SET_IRQS = 0x3b6e;
    static final long VFIO_DEVICE_RESET = 0x3b6f;
    static final long VFIO_IOMMU_GET_INFO = 0x3b70;
    static final long VFIO_IOMMU_MAP_DMA = 0x3b71;
    static final long VFIO_IOMMU_UNMAP_DMA = 0x3b72;

    static final int VFIO_PCI_BAR0_REGION_INDEX = 0;
    static final int VFIO_PCI_BAR5_REGION_INDEX = 5;
    static final int VFIO_PCI_ROM_REGION_INDEX = 6;
    static final int VFIO_PCI_CONFIG_REGION_INDEX = 7;

    static final int VFIO_PCI_INTX_IRQ_INDEX = 0;
    static final int VFIO_PCI_MSI_IRQ_INDEX = 1;
    static final int VFIO_PCI_MSIX_IRQ_INDEX = 2;
    static final int VFIO_PCI_ERR_IRQ_INDEX = 3;
    static final int VFIO_PCI_REQ_IRQ_INDEX = 4;

    private Vfio() {}
}
