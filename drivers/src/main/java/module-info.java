// SPDX-License-Identifier: Apache-2.0
import org.deviceaccess.drivers.e1000e.E1000eDriverProvider;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.drivers.nvme.NvmeDriverProvider;
import org.deviceaccess.drivers.virtio.VirtioBlockDriverProvider;
import org.deviceaccess.drivers.virtio.VirtioEntropyDriverProvider;
import org.deviceaccess.drivers.virtio.VirtioNetworkDriverProvider;
import org.deviceaccess.spi.driver.DriverProvider;
import org.jspecify.annotations.NullMarked;

/** Drivers written on the SPI alone. */
@NullMarked
module org.deviceaccess.drivers {
    requires transitive org.deviceaccess.spi;
    requires org.slf4j;

    exports org.deviceaccess.drivers.block;
    exports org.deviceaccess.drivers.e1000e;
    exports org.deviceaccess.drivers.edu;
    exports org.deviceaccess.drivers.network;
    exports org.deviceaccess.drivers.nvme;
    exports org.deviceaccess.drivers.support;
    exports org.deviceaccess.drivers.virtio;

    provides DriverProvider with
            E1000eDriverProvider,
            EduDriverProvider,
            NvmeDriverProvider,
            VirtioBlockDriverProvider,
            VirtioEntropyDriverProvider,
            VirtioNetworkDriverProvider;
}
