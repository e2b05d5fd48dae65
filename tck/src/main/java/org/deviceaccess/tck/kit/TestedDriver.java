// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.driver.Drivers;

/**
 * The driver under test.
 *
 * @param provider makes it
 * @param writesAllowed whether blocks may be written and packets sent
 * @param patience how long one operation may take before it counts as hanging
 */
public record TestedDriver(DriverProvider provider, boolean writesAllowed, Duration patience) {
    /**
     * Finds the driver of a device.
     *
     * @throws org.deviceaccess.spi.error.NoDriverException if none matches
     * @throws org.deviceaccess.spi.error.DriverNeedsException if the device lacks something that it needs
     */
    public static TestedDriver find(DeviceAccess device, Drivers drivers, boolean allowWrites, Duration patience) {
        return new TestedDriver(
                drivers.find(device, Driver.class), allowWrites || device.trust() == TrustLevel.SIMULATED, patience);
    }
}
