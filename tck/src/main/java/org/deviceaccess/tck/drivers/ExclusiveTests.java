// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.Trouble;

/** One driver has a device at a time. */
final class ExclusiveTests {
    @Proves("DA-DRV-031")
    void attachingIsExclusive(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver first = target.attach(device);
            int mark = device.journal().mark();
            Refusal.of("attaching a second driver", () -> target.attach(device), DeviceBusyException.class);
            assertEquals(List.of(), device.journal().since(mark), "done to the device that another driver has");
            Exercise.use(target, first);
            target.close(first);
            target.close(target.attach(device));
        }
    }

    @Proves("DA-DRV-032")
    void failedAttachLeavesTheDeviceFree(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open(Trouble.failingAccess(1))) {
            // What it throws is the affair of others.
            assertThrows(
                    RuntimeException.class, () -> target.attach(device).close(), "attaching to a device that fails");
            device.claim("another").close();
        }
    }
}
