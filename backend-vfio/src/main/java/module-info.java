// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Devices behind an IOMMU, through Linux VFIO. */
@NullMarked
module org.deviceaccess.backend.vfio {
    requires transitive org.deviceaccess.spi;
    requires org.deviceaccess.linux;

    provides org.deviceaccess.spi.DeviceAccessProvider with
            org.deviceaccess.backend.vfio.VfioProvider;
}
