// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.function.Executable;

/** Opening and closing. */
@SuppressWarnings("resource") // What is obtained from a device is left for the device to close: that is what is tested.
final class LifeTests {
    private static final int CLOSERS = 4;

    @Proves("DA-LIFE-001")
    void isOpenTells(TckTarget target) {
        DeviceAccess device = target.open();
        try (device) {
            assertTrue(device.isOpen(), "isOpen() of an open device");
        }
        assertFalse(device.isOpen(), "isOpen() of a closed device");
    }

    @Proves("DA-LIFE-002")
    void closingCanBeRepeated(TckTarget target) throws InterruptedException {
        DeviceAccess device = target.open();
        device.close();
        assertDoesNotThrow(device::close, "the second close()");
        try (Race race = new Race()) {
            race.run("close() in another thread", device::close);
        }
        assertFalse(device.isOpen(), "isOpen() of a device that was closed three times");
    }

    @Proves("DA-LIFE-003")
    void severalThreadsClose(TckTarget target) throws InterruptedException {
        DeviceAccess device = target.open();
        Use.all(target, device);
        try (Race race = new Race()) {
            race.run("close() in several threads", Collections.nCopies(CLOSERS, () -> {
                device.close();
                assertFalse(device.isOpen(), "isOpen() when a close() has returned");
            }));
        }
    }

    @Proves("DA-LIFE-004")
    void closedDeviceRefusesUse(TckTarget target) {
        DeviceAccess device = target.open();
        RegionId region = device.regions().isEmpty()
                ? RegionId.BAR0
                : device.regions().getFirst().id();
        device.close();
        assertAll(
                () -> Refusal.closed("regions()", device::regions),
                () -> Refusal.closed("region()", () -> device.region(region)),
                () -> Refusal.closed("interrupts()", device::interrupts),
                () -> Refusal.closed("dma()", device::dma),
                () -> Refusal.closed("events()", device::events),
                () -> Refusal.closed("reset()", device::reset),
                () -> Refusal.closed("unwrap()", () -> device.unwrap(Runnable.class)));
    }

    @Proves("DA-LIFE-005")
    void closedDeviceSaysWhatItWas(TckTarget target) {
        DeviceAccess device = target.open();
        DeviceAddress address = device.address();
        DeviceIdentity identity = device.identity();
        TrustLevel trust = device.trust();
        Set<Capability> capabilities = Set.copyOf(device.capabilities());
        device.close();
        assertAll(
                () -> assertEquals(address, device.address(), "address() after close"),
                () -> assertEquals(identity, device.identity(), "identity() after close"),
                () -> assertEquals(trust, device.trust(), "trust() after close"),
                () -> assertEquals(capabilities, device.capabilities(), "capabilities() after close"));
    }

    @Proves("DA-LIFE-006")
    void regionsDie(TckTarget target) {
        DeviceAccess device = target.open();
        List<Region> regions = new ArrayList<>();
        for (RegionInfo info : device.regions()) {
            Region region = device.region(info.id());
            regions.add(region);
            regions.add(region.slice(0, region.size()));
        }
        device.close();
        assertAll(regions.stream().flatMap(region -> accesses(region).stream()));
    }

    /** All accesses that the region can do, at its start; harmless, as the device is closed. */
    private static List<Executable> accesses(Region region) {
        List<Executable> accesses = new ArrayList<>();
        for (AccessWidth width : AccessWidth.values()) {
            if (region.info().widths().contains(width) && region.size() >= width.bytes()) {
                if (region.info().readable()) {
                    accesses.add(() -> Refusal.closed(
                            "read" + width.bits() + " of " + region, () -> Access.read(region, width, 0)));
                }
                if (region.info().writable()) {
                    accesses.add(() -> Refusal.closed(
                            "write" + width.bits() + " of " + region, () -> Access.write(region, width, 0, 0)));
                }
            }
        }
        return accesses;
    }

    @Proves("DA-LIFE-007")
    void interruptsDie(TckTarget target) {
        int kinds;
        try (DeviceAccess device = target.open()) {
            kinds = device.interrupts().kinds().size();
        }
        for (int i = 0; i < kinds; i++) {
            DeviceAccess device = target.open();
            InterruptSupport support = device.interrupts();
            InterruptInfo info = support.kinds().get(i);
            Interrupts interrupts = support.enable(info.kind(), 1);
            InterruptVector vector = interrupts.vector(0);
            device.close();
            String after = " of " + info.kind();
            assertAll(
                    () -> Refusal.closed("await" + after, () -> vector.await(Duration.ZERO)),
                    () -> Refusal.closed("poll" + after, vector::poll),
                    () -> Refusal.closed("awaitAny" + after, () -> interrupts.awaitAny(Duration.ZERO)),
                    () -> Refusal.closed("enable" + after, () -> support.enable(info.kind(), 1)),
                    () -> assertDoesNotThrow(interrupts::close, "close() of interrupts" + after));
        }
    }

    @Proves("DA-LIFE-008")
    void buffersDie(TckTarget target) {
        DeviceAccess device = target.open();
        DmaSupport dma = device.dma();
        DmaBuffer buffer = dma.allocate(1, DmaConstraints.NONE);
        MemorySegment memory = buffer.memory();
        device.close();
        assertAll(
                () -> Refusal.closed("reading the memory", () -> memory.get(ValueLayout.JAVA_BYTE, 0)),
                () -> Refusal.closed("filling the memory", () -> memory.fill((byte) 1)),
                () -> Refusal.closed("deviceAddress()", buffer::deviceAddress),
                () -> Refusal.closed("allocate()", () -> dma.allocate(1, DmaConstraints.NONE)),
                () -> assertDoesNotThrow(buffer::close, "close() of a buffer of a closed device"));
    }

    @Proves("DA-LIFE-009")
    void closedDeviceOpensAgain(TckTarget target) {
        for (int i = 0; i < 3; i++) {
            try (DeviceAccess device = target.open()) {
                Use.all(target, device);
            }
        }
    }

    @Proves("DA-LIFE-010")
    void secondOpeningDoesNotHarm(TckTarget target) {
        try (DeviceAccess first = target.open()) {
            try (DeviceAccess second = target.open()) {
                Use.registers(target, second);
            } catch (DeviceBusyException e) {
                assertTrue(e.remedy() != null, "the refusal of a second opening has no remedy: " + e.getMessage());
            }
            assertTrue(first.isOpen(), "the first device is closed by the second");
            Use.all(target, first);
        }
    }
}
