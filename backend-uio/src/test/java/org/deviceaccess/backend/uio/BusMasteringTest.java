// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A device that is said to do no DMA cannot master the bus, whoever tries. */
class BusMasteringTest {
    private static final String SAFE = "uio:" + FakeSysfs.PCI;
    private static final String UNSAFE = SAFE + "?unsafe=true";
    private static final int MASTER = PciHeader.COMMAND_MASTER;

    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private boolean isMaster() {
        return (kernel.command() & MASTER) != 0;
    }

    private void translate() throws IOException {
        Path group = Files.createDirectories(sysfs.root.resolve("sys/kernel/iommu_groups/5"));
        Files.createSymbolicLink(sysfs.function.resolve("iommu_group"), group);
        FakeSysfs.file(group, "type", "DMA");
    }

    @Test
    void whatWasLeftOnIsOffFromOpeningOnAndAfterClosing() {
        for (String address : List.of(SAFE, UNSAFE)) {
            kernel.config[4] |= MASTER;
            try (DeviceAccess device = sysfs.open(kernel, address)) {
                assertFalse(isMaster(), "open: " + device);
                assertEquals(0, device.region(RegionId.CONFIG).read16(PciHeader.COMMAND) & MASTER);
            }
            assertFalse(isMaster(), "closed: " + address);
        }
    }

    @Test
    void itIsOffBeforeAnythingElseIsDoneToTheDevice() {
        kernel.config[4] |= MASTER;
        kernel.config[4] &= ~PciHeader.COMMAND_MEMORY;
        kernel.answers.put("write /dev/uio3", -1); // the next step
        assertThrows(RuntimeException.class, () -> sysfs.open(kernel, SAFE));
        assertFalse(isMaster());
    }

    @Test
    void noWriteOfConfigurationSpaceSwitchesItOn() {
        try (DeviceAccess device = sysfs.open(kernel, SAFE)) {
            Region config = device.region(RegionId.CONFIG);
            Region slice = config.slice(0, 8);
            Region again = slice.slice(0, 8);
            int before = kernel.command();
            for (Region each : List.of(config, slice, again)) {
                List<Executable> writes = List.of(
                        () -> each.write8(PciHeader.COMMAND, before | MASTER),
                        () -> each.write8(PciHeader.COMMAND, 0xff),
                        () -> each.write16(PciHeader.COMMAND, before | MASTER),
                        () -> each.write16(PciHeader.COMMAND, MASTER),
                        () -> each.write16(PciHeader.COMMAND, 0xffff),
                        () -> each.write32(PciHeader.COMMAND, before | MASTER),
                        () -> each.write32(PciHeader.COMMAND, -1));
                for (int i = 0; i < writes.size(); i++) {
                    var error = assertThrows(UnsafeNotAllowedException.class, writes.get(i), "write " + i);
                    assertTrue(error.getMessage().contains("bus mastering"), error.getMessage());
                    assertTrue(error.detail().contains("unsafe=true was not said"), error.getMessage());
                    assertTrue(String.valueOf(error.remedy()).contains(UNSAFE), error.getMessage());
                    assertEquals(before, kernel.command(), "nothing of write " + i + " is done");
                }
                for (int offset : List.of(1, 3, 5)) {
                    assertThrows(RuntimeException.class, () -> each.write16(offset, 0xffff), "misaligned");
                    assertThrows(RuntimeException.class, () -> each.write32(offset, -1), "misaligned");
                }
                assertThrows(RuntimeException.class, () -> each.write64(0, -1), "no such width");
                assertEquals(before, kernel.command());
            }
            assertTrue(kernel.mapped.values().stream().noneMatch("memfd"::equals));
        }
    }

    @Test
    void aRefusedWriteLeavesTheBarsWhereTheyAre() {
        try (DeviceAccess device = sysfs.open(kernel, SAFE)) {
            Region bar = device.region(RegionId.BAR0);
            Region config = device.region(RegionId.CONFIG);
            assertThrows(UnsafeNotAllowedException.class, () -> config.write16(PciHeader.COMMAND, MASTER));
            assertEquals(List.of("/dev/uio3"), List.copyOf(kernel.mapped.values()));
            bar.read32(0);
        }
    }

    @Test
    void otherBitsAreTheDriversToWrite() {
        try (DeviceAccess device = sysfs.open(kernel, SAFE)) {
            Region config = device.region(RegionId.CONFIG);
            int serr = 0x100; // PCI_COMMAND_SERR of linux/pci_regs.h
            int before = kernel.command();
            config.write16(PciHeader.COMMAND, config.read16(PciHeader.COMMAND) | serr);
            assertEquals(before | serr, kernel.command());
            config.write8(PciHeader.COMMAND + 1, 0xff); // the upper byte has no such bit
            assertEquals(0xff, kernel.config[5] & 0xff);
            config.write8(0x0c, 0x10);
            assertEquals(0x10, kernel.config[0x0c]);
            config.write32(0x10, -1);
            assertEquals(-1, kernel.config[0x10]);
            assertFalse(isMaster());
        }
    }

    @Test
    void theBackendsOwnChangesLeaveItOff() {
        try (DeviceAccess device = sysfs.open(kernel, SAFE);
                Interrupts interrupts = device.interrupts().enable(InterruptKind.INTX, 1)) {
            interrupts.vector(0).mask();
            interrupts.vector(0).unmask();
            assertFalse(isMaster());
        }
        assertFalse(isMaster());
    }

    @Test
    void whereTheIommuMakesAddressesUselessItStaysOffThoughConsentWasGiven() throws IOException {
        translate();
        kernel.config[4] |= MASTER;
        try (DeviceAccess device = sysfs.open(kernel, UNSAFE)) {
            assertEquals(TrustLevel.NO_DMA, device.trust());
            assertFalse(isMaster());
            Region config = device.region(RegionId.CONFIG);
            var error =
                    assertThrows(UnsupportedCapabilityException.class, () -> config.write8(PciHeader.COMMAND, MASTER));
            assertTrue(String.valueOf(error.remedy()).contains("vfio:" + FakeSysfs.PCI), error.getMessage());
            assertFalse(isMaster());
        }
    }

    @Test
    void withConsentTheDriverMaySwitchIt() {
        try (DeviceAccess device = sysfs.open(kernel, UNSAFE)) {
            assertEquals(TrustLevel.UNPROTECTED, device.trust());
            Region config = device.region(RegionId.CONFIG);
            config.write16(PciHeader.COMMAND, config.read16(PciHeader.COMMAND) | MASTER);
            assertTrue(isMaster());
        }
        assertFalse(isMaster());
    }

    @Test
    void aDeviceThatKeepsItOnNeedsConsent() {
        kernel.alwaysOn = MASTER;
        kernel.config[4] |= MASTER;
        var error = assertThrows(UnsafeNotAllowedException.class, () -> sysfs.open(kernel, SAFE));
        assertTrue(error.detail().contains("the device keeps it on"), error.getMessage());
        var refusal = assertInstanceOf(Availability.Unavailable.class, sysfs.probe(kernel, SAFE));
        assertEquals(ErrorCode.UNSAFE_NOT_ALLOWED, refusal.reason());
        assertEquals(Map.of(), kernel.open);
        try (DeviceAccess device = sysfs.open(kernel, UNSAFE)) {
            assertEquals(TrustLevel.UNPROTECTED, device.trust());
        }
    }

    @Test
    void aClosingDeviceIsNotSwitchedOnAgain() {
        DeviceAccess device = sysfs.open(kernel, UNSAFE);
        Region config = device.region(RegionId.CONFIG);
        device.close();
        assertThrows(IllegalStateException.class, () -> config.write16(PciHeader.COMMAND, MASTER));
        assertNotEquals(0, kernel.command());
        assertFalse(isMaster());
    }
}
