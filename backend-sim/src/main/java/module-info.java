// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Simulated devices behind a simulated IOMMU, inside the JVM. */
@NullMarked
module org.deviceaccess.backend.sim {
    requires org.slf4j;
    requires transitive org.deviceaccess.spi;

    exports org.deviceaccess.backend.sim;
    exports org.deviceaccess.backend.sim.e1000e;
    exports org.deviceaccess.backend.sim.model;
    exports org.deviceaccess.backend.sim.network;
    exports org.deviceaccess.backend.sim.nvme;
    exports org.deviceaccess.backend.sim.virtio;

    uses org.deviceaccess.backend.sim.model.DeviceModelProvider;

    provides org.deviceaccess.spi.DeviceAccessProvider with
            org.deviceaccess.backend.sim.SimProvider;
    provides org.deviceaccess.backend.sim.model.DeviceModelProvider with
            org.deviceaccess.backend.sim.e1000e.E1000eModelProvider,
            org.deviceaccess.backend.sim.edu.EduModelProvider,
            org.deviceaccess.backend.sim.nvme.NvmeModelProvider,
            org.deviceaccess.backend.sim.virtio.BlockModelProvider,
            org.deviceaccess.backend.sim.virtio.EntropyModelProvider,
            org.deviceaccess.backend.sim.virtio.NetworkModelProvider;
}
