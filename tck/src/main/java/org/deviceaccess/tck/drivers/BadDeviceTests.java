// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.Trouble;
import org.deviceaccess.tck.probe.Trouble.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Devices that are not there, go away, or answer always the same. */
final class BadDeviceTests {
    @Proves("DA-DRV-026")
    void refusesADeviceOfOnes(DriverTarget target) throws Exception {
        requireRegisters(target);
        try (ProbedDevice device = target.open(Trouble.answering(Answer.ONES))) {
            Refusal.of(
                    "attaching to a device whose registers read as all ones",
                    () -> target.attach(device),
                    DeviceLostException.class,
                    DeviceFaultException.class,
                    MalformedDeviceException.class);
            assertEquals(List.of(), device.heldInterrupts(), "interrupts that are still enabled");
        }
    }

    @Proves("DA-DRV-027")
    void refusesADeviceOfZeros(DriverTarget target) throws Exception {
        requireRegisters(target);
        try (ProbedDevice device = target.open(Trouble.answering(Answer.ZEROS))) {
            DeviceAccessException refused = failure(target, device);
            assertTrue(refused != null, "attaching to a device whose registers read as zero was not refused");
            assertEquals(List.of(), device.heldInterrupts(), "interrupts that are still enabled");
        }
    }

    @Proves("DA-DRV-028")
    void noticesThatTheDeviceVanishesWhileAttaching(DriverTarget target) throws Exception {
        long accesses = requireRegisters(target);
        for (long number : AttachTests.spread(accesses, target.effort().failures())) {
            try (ProbedDevice device = target.open(Trouble.vanishingAt(number))) {
                // What is not read after its end is not noticed: a last write gets lost, and the driver is attached.
                failure(target, device);
                assertEquals(
                        List.of(), device.heldInterrupts(), "enabled when the device vanished at access " + number);
            }
        }
    }

    @Proves("DA-DRV-029")
    void closesWhenTheDeviceHasVanished(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            device.vanish();
            try {
                target.close(driver);
            } catch (DeviceAccessException e) {
                // It may say so.
                assertTrue(!e.operation().isBlank(), "the error names no operation: " + e);
            }
            assertEquals(List.of(), device.heldInterrupts(), "interrupts that are still enabled");
        }
    }

    /** Attaches and returns with what that fails; where it does not, closes the driver and returns nothing. */
    private static @Nullable DeviceAccessException failure(DriverTarget target, ProbedDevice device) throws Exception {
        try {
            target.close(target.attach(device));
            return null;
        } catch (DeviceAccessException e) {
            return e;
        } catch (IllegalStateException e) {
            return fail("a bad device makes the driver throw " + e, e);
        }
    }

    /** Ends the test as inapplicable where attaching uses no register; returns how many accesses it takes. */
    private static long requireRegisters(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            long accesses = device.journal().accesses();
            target.close(driver);
            Assumptions.assumeTrue(accesses > 0, "attaching uses no register");
            return accesses;
        }
    }
}
