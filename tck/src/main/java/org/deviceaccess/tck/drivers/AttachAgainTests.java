// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.probe.ProbedDevice;

/** Attaching a driver more than once. */
final class AttachAgainTests {
    @Proves("DA-DRV-023")
    void attachesAgainAndAgain(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            for (int round = 0; round < target.effort().cycles(); round++) {
                Driver driver = target.attach(device);
                Exercise.use(target, driver);
                target.close(driver);
            }
        }
    }

    @Proves("DA-DRV-024")
    void attachesAfterAReset(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            target.close(target.attach(device));
            device.reset();
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            target.close(driver);
        }
    }

    @Proves("DA-DRV-025")
    void closesAfterAReset(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            device.reset();
            try {
                target.close(driver);
            } catch (DeviceAccessException e) {
                fail("closing the driver of a device that was reset throws " + e, e);
            }
            assertEquals(List.of(), device.held(), "not given back after a reset");
            Driver next = target.attach(device);
            Exercise.use(target, next);
            target.close(next);
        }
    }
}
