// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The kernel interfaces the Linux backends stand on. */
@NullMarked
@SuppressWarnings("module") // exports only to the backends, which are not on this module's path
module org.deviceaccess.linux {
    requires static org.jspecify;
    requires transitive org.deviceaccess.spi;
    requires com.sun.jna;
    requires org.slf4j;

    exports org.deviceaccess.linux.device to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.event to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.libc to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.machine to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.memory to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.pci to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.physical to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.sysfs to
            org.deviceaccess.backend.uio,
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
    exports org.deviceaccess.linux.vfio to
            org.deviceaccess.backend.vfio,
            org.deviceaccess.backend.vfio.noiommu;
}
