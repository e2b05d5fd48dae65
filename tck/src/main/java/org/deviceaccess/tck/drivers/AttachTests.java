// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.Trouble;
import org.junit.jupiter.api.Assumptions;

/** Attaching that fails half-way. */
final class AttachTests {
    @Proves("DA-DRV-011")
    void refusedRequestLeavesNothing(DriverTarget target) throws Exception {
        long requests = honest(target, true);
        Assumptions.assumeTrue(requests > 0, "attaching asks the backend for no memory and no interrupts");
        eachFails(target, requests, Trouble::refusedRequest, "request");
    }

    @Proves("DA-DRV-012")
    void failedAccessLeavesNothing(DriverTarget target) throws Exception {
        long accesses = honest(target, false);
        Assumptions.assumeTrue(accesses > 0, "attaching uses no register");
        eachFails(target, accesses, Trouble::failingAccess, "register access");
    }

    @Proves("DA-DRV-013")
    void interruptionIsKept(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            target.inTime("attaching in an interrupted thread", () -> {
                Thread.currentThread().interrupt();
                Driver driver;
                try {
                    driver = target.provider().attach(device);
                } catch (DeviceAccessException e) {
                    assertTrue(Thread.interrupted(), "the thread was interrupted, and is not after attaching failed");
                    return false;
                }
                assertTrue(
                        Thread.currentThread().isInterrupted(),
                        "the thread was interrupted, and is not after attach()");
                driver.close();
                assertTrue(Thread.interrupted(), "the thread was interrupted, and is not after close()");
                return true;
            });
        }
    }

    /** Returns how many requests, or register accesses, attaching takes where nothing fails. */
    private static long honest(DriverTarget target, boolean requests) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            long count = requests ? device.requests() : device.journal().accesses();
            target.close(driver);
            return count;
        }
    }

    private static void eachFails(DriverTarget target, long count, LongFunction<Trouble> trouble, String what)
            throws Exception {
        for (long number : spread(count, target.effort().failures())) {
            try (ProbedDevice device = target.open(trouble.apply(number))) {
                String which = what + " " + number + " of " + count;
                if (fails(target, device, which)) {
                    assertEquals(List.of(), device.held(), "not given back when " + which + " failed");
                    // It failed once, so what is attached next finds everything in order.
                    target.close(target.attach(device));
                }
            }
        }
    }

    /** Returns whether attaching fails: a driver can do without what is refused, but not without a register access. */
    private static boolean fails(DriverTarget target, ProbedDevice device, String which) throws Exception {
        try {
            target.attach(device);
            assertFalse(device.hasFailedAccess(), () -> "the driver was attached although " + which + " failed");
            return false;
        } catch (DeviceAccessException e) {
            return true;
        }
    }

    /** Returns the numbers from 1 to a count, or as many as are wanted, evenly spread. */
    static List<Long> spread(long count, int most) {
        return LongStream.range(0, Math.min(count, most))
                .map(i -> count <= most ? i + 1 : 1 + i * (count - 1) / Math.max(1, most - 1))
                .distinct()
                .boxed()
                .toList();
    }
}
