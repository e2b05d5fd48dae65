// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.error.UnsupportedWidthException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("vfio")
class RegionsGuestTest {
    @Test
    void eduAnswersByItsMappedBar() {
        try (Edu edu = Edu.open(Edu.WIDE)) {
            assertTrue(edu.bar().info().mapped());
            assertEquals(1 << 20, edu.bar().size());
            assertEquals(Edu.ID, edu.bar().read32(0));
            edu.bar().write32(Edu.LIVENESS, 0x12345678);
            assertEquals(~0x12345678, edu.bar().read32(Edu.LIVENESS));
            edu.bar().write32(Edu.FACTORIAL, 10);
            edu.waitWhile(Edu.STATUS, Edu.STATUS_COMPUTING);
            assertEquals(3_628_800, edu.bar().read32(Edu.FACTORIAL));
            assertSame(edu.bar(), edu.device().region(RegionId.BAR0));
            assertThrows(RegionBoundsException.class, () -> edu.bar().read32(1 << 20));
        }
    }

    @Test
    void identityAndCapabilitiesAreThoseOfEdu() {
        try (DeviceAccess device = Devices.open(Edu.WIDE)) {
            assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
            assertEquals("0000:00:10.0", device.identity().name());
            assertEquals(Edu.WIDE, device.address().toString());
            assertEquals(TrustLevel.IOMMU, device.trust());
            assertEquals(
                    Set.of(
                            Capability.CONFIG_SPACE,
                            Capability.INTX,
                            Capability.MSI,
                            Capability.DMA,
                            Capability.DMA_MAP,
                            Capability.RELEASE_REQUEST),
                    device.capabilities());
            assertEquals(
                    List.of(RegionId.BAR0, RegionId.CONFIG),
                    device.regions().stream().map(RegionInfo::id).toList());
            assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.BAR1));
            assertThrows(UnsupportedCapabilityException.class, device::reset);
        }
    }

    @Test
    void configurationSpaceIsReadAndWrittenByCalls() {
        try (DeviceAccess device = Devices.open(Edu.WIDE)) {
            Region config = device.region(RegionId.CONFIG);
            assertFalse(config.info().mapped());
            assertEquals(0x1234, config.read16(PciHeader.VENDOR_ID));
            assertEquals(0x11e8_1234, config.read32(PciHeader.VENDOR_ID));
            assertEquals(0x34, config.read8(PciHeader.VENDOR_ID));
            assertThrows(UnsupportedWidthException.class, () -> config.read64(0));
            int command = config.read16(PciHeader.COMMAND);
            assertEquals(PciHeader.COMMAND_MEMORY, command & PciHeader.COMMAND_MEMORY);
            assertEquals(0, command & PciHeader.COMMAND_MASTER, "bus mastering is off until it is needed");
            config.write16(PciHeader.COMMAND, command | PciHeader.COMMAND_INTX_DISABLE);
            assertEquals(command | PciHeader.COMMAND_INTX_DISABLE, config.read16(PciHeader.COMMAND));
            config.write16(PciHeader.COMMAND, command);
        }
    }

    @Test
    void portsAreReadByCallsAndExtendedSpaceIsThere() {
        try (DeviceAccess card = Devices.open("vfio:0000:00:13.0")) {
            Region ports = card.region(RegionId.BAR2);
            assertEquals(RegionInfo.AddressSpace.IO, ports.info().space());
            assertEquals(32, ports.size());
            assertFalse(ports.info().widths().contains(AccessWidth.BITS_64));
            // IOADDR and IODATA of the e1000 family: a window onto the registers of BAR 0.
            ports.write32(0, 0x8);
            assertEquals(card.region(RegionId.BAR0).read32(0x8), ports.read32(4));
            Region config = card.region(RegionId.CONFIG);
            assertEquals(PciHeader.EXTENDED_CONFIG_SIZE, config.size());
            assertNotEquals(0, config.read32(PciHeader.CONFIG_SIZE));
        }
    }

    @Test
    void resetGivesTheRegistersTheirFirstValues() {
        try (DeviceAccess nvme = Devices.open("vfio:0000:00:12.0")) {
            assertTrue(nvme.capabilities().contains(Capability.RESET));
            Region bar = nvme.region(RegionId.BAR0);
            long cc = 0x14; // controller configuration (NVM Express Base Specification, 3.1.3.5), not enabled
            bar.write32(cc, 0x0046_0000);
            assertEquals(0x0046_0000, bar.read32(cc));
            try (var interrupts = nvme.interrupts().enable(InterruptKind.MSIX, 2)) {
                int before = nvme.region(RegionId.CONFIG).read16(PciHeader.COMMAND);
                assertEquals(PciHeader.COMMAND_MASTER, before & PciHeader.COMMAND_MASTER);
                nvme.reset();
                assertEquals(0, bar.read32(cc));
                assertEquals(before, nvme.region(RegionId.CONFIG).read16(PciHeader.COMMAND));
                assertThrows(
                        IllegalStateException.class,
                        () -> interrupts.vector(0).poll(),
                        "a reset closes the interrupts");
            }
            nvme.interrupts().enable(InterruptKind.MSIX, 2).close();
        }
    }

    @Test
    void aBarWhoseDecodingIsOffIsLostAndComesBack() {
        try (Edu edu = Edu.open(Edu.WIDE)) {
            Region config = edu.device().region(RegionId.CONFIG);
            int command = config.read16(PciHeader.COMMAND);
            for (int round = 0; round < 20; round++) {
                config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
                assertThrows(DeviceLostException.class, () -> edu.bar().read32(0));
                assertThrows(DeviceLostException.class, () -> edu.bar().write32(Edu.LIVENESS, 1));
                assertThrows(DeviceLostException.class, () -> edu.bar().read64(Edu.DMA_SOURCE));
                config.write16(PciHeader.COMMAND, command);
                assertEquals(Edu.ID, edu.bar().read32(0));
            }
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
            assertThrows(DeviceLostException.class, () -> edu.bar().read32(0));
        }
        try (Edu again = Edu.open(Edu.WIDE)) {
            assertEquals(Edu.ID, again.bar().read32(0));
        }
    }
}
