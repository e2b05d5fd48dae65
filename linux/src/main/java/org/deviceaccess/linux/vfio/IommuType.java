// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** What a container can be told to use. */
public enum IommuType {
    /** An IOMMU, second version of the interface: an unmapping takes away exactly what it names. */
    TYPE1V2(Vfio.VFIO_TYPE1v2_IOMMU),
    /** None: the device reaches all memory. */
    NOIOMMU(Vfio.VFIO_NOIOMMU_IOMMU);

    private final int number;

    IommuType(int number) {
        this.number = number;
    }

    /** Returns the number of linux/vfio.h. */
    int number() {
        return number;
    }
}
