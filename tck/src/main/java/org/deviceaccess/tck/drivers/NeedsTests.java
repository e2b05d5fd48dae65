// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DriverNeedsException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.probe.Offer;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.ReducedDevice;
import org.junit.jupiter.api.Assumptions;

/** What a driver says that it needs, and what it uses. */
final class NeedsTests {
    @Proves("DA-DRV-005")
    void refusedWhereSomethingIsMissing(DriverTarget target) {
        Map<String, Offer> offers = Offer.lacking(target.needs());
        Assumptions.assumeFalse(offers.isEmpty(), "the driver needs nothing");
        offers.forEach((missing, offer) -> {
            try (ProbedDevice device = target.open();
                    DeviceAccess reduced = new ReducedDevice(device, offer)) {
                Refusal.of(
                                "attaching to a device without " + missing,
                                () -> Drivers.of(target.provider()).attach(reduced, Driver.class),
                                DriverNeedsException.class)
                        .names(target.provider().name())
                        .hasRemedy();
                assertEquals(0, device.journal().accesses(), "register accesses of a device without " + missing);
            }
        });
    }

    @Proves("DA-DRV-006")
    void needsAreEnough(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open();
                DeviceAccess reduced = new ReducedDevice(device, Offer.exactly(target.needs()))) {
            Driver driver = target.attach(reduced);
            Exercise.use(target, driver);
            target.close(driver);
        }
    }

    @Proves("DA-DRV-007")
    void usesStatedRegionsAlone(DriverTarget target) throws Exception {
        try (ProbedDevice device = used(target)) {
            Set<RegionId> unstated = device.usedRegions();
            unstated.removeAll(Offer.exactly(target.needs()).regions().keySet());
            assertEquals(Set.of(), unstated, "regions that are used and not stated");
        }
    }

    @Proves("DA-DRV-008")
    void enablesStatedKindsOfInterruptAlone(DriverTarget target) throws Exception {
        try (ProbedDevice device = used(target)) {
            Set<InterruptKind> unstated = new TreeSet<>(device.usedKinds());
            unstated.removeAll(target.needs().interruptKinds());
            assertEquals(Set.of(), unstated, "kinds of interrupts that are enabled and not stated");
        }
    }

    @Proves("DA-DRV-009")
    void usesStatedCapabilitiesAlone(DriverTarget target) throws Exception {
        try (ProbedDevice device = used(target)) {
            Set<Capability> unstated = new TreeSet<>(device.usedCapabilities());
            unstated.removeAll(target.needs().capabilities());
            if (Offer.findsRegions(target.needs())) {
                unstated.remove(Capability.CONFIG_SPACE);
            }
            assertEquals(Set.of(), unstated, "capabilities that are used and not stated");
        }
    }

    @Proves("DA-DRV-010")
    void memoryIsWithinTheStatedAddressBits(DriverTarget target) throws Exception {
        try (ProbedDevice device = used(target)) {
            List<DmaConstraints> demands = device.constraints();
            Assumptions.assumeFalse(demands.isEmpty(), "the driver asked for no memory for DMA");
            int stated = target.needs().dmaAddressBits();
            for (DmaConstraints demand : demands) {
                assertTrue(
                        demand.addressBits() <= stated,
                        () -> "memory with addresses of " + demand.addressBits() + " bits was asked for, and the driver"
                                + " says that its device drives " + stated);
            }
        }
    }

    /** Returns an open device with which everything was done that can be. */
    private static ProbedDevice used(DriverTarget target) throws Exception {
        ProbedDevice device = target.open();
        boolean done = false;
        try {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            target.close(driver);
            done = true;
            return device;
        } finally {
            if (!done) {
                device.close();
            }
        }
    }
}
