// SPDX-License-Identifier: Apache-2.0

/**
 * The contract between device drivers and the ways a device can be reached.
 *
 * <p>Drivers, backends, the compatibility kit and applications depend on this module and on nothing else of
 * DeviceAccess. Backends are found with {@link java.util.ServiceLoader} as
 * {@link org.deviceaccess.spi.DeviceAccessProvider}, drivers as {@link org.deviceaccess.spi.driver.DriverProvider}.
 */
@org.jspecify.annotations.NullMarked
module org.deviceaccess.spi {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.deviceaccess.spi;
    exports org.deviceaccess.spi.block;
    exports org.deviceaccess.spi.dma;
    exports org.deviceaccess.spi.driver;
    exports org.deviceaccess.spi.entropy;
    exports org.deviceaccess.spi.error;
    exports org.deviceaccess.spi.interrupt;
    exports org.deviceaccess.spi.iova;
    exports org.deviceaccess.spi.network;
    exports org.deviceaccess.spi.pci;
    exports org.deviceaccess.spi.region;

    uses org.deviceaccess.spi.DeviceAccessProvider;
    uses org.deviceaccess.spi.driver.DriverProvider;
}
