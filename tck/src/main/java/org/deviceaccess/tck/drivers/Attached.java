// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.probe.ProbedDevice;

/** A test on a driver of a class of devices: attached, used in bounded time, closed. */
final class Attached {
    /** A use of a driver and its device. */
    @FunctionalInterface
    interface Body<D> {
        /** Runs it. */
        void run(ProbedDevice device, D driver) throws Exception;
    }

    private Attached() {}

    /** Runs a test with the driver attached, in a thread of its own, and closes the driver. */
    static <D> void with(DriverTarget target, Class<D> type, Body<D> body) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            target.inTime("using the driver", () -> {
                body.run(device, type.cast(driver));
                return true;
            });
            target.close(driver);
        }
    }

    /** Runs a test on a driver that is closed. */
    static <D> void closed(DriverTarget target, Class<D> type, Body<D> before, Body<D> body) throws Exception {
        with(target, type, (device, driver) -> {
            before.run(device, driver);
            ((Driver) driver).close();
            body.run(device, driver);
        });
    }

    /** Runs a test on a driver whose device is closed. */
    @SuppressWarnings("try") // the device is closed early
    static <D> void withoutDevice(DriverTarget target, Class<D> type, Body<D> before, Body<D> body) throws Exception {
        with(target, type, (device, driver) -> {
            before.run(device, driver);
            device.close();
            body.run(device, driver);
        });
    }
}
