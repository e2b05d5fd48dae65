// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Devices without an IOMMU, through the no-IOMMU mode of Linux VFIO. */
@NullMarked
module org.deviceaccess.backend.vfio.noiommu {
    requires transitive org.deviceaccess.spi;
    requires org.deviceaccess.linux;
    requires org.slf4j;

    provides org.deviceaccess.spi.DeviceAccessProvider with
            org.deviceaccess.backend.vfio.noiommu.NoIommuProvider;
}
