// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.deviceaccess.linux.testing.RegionScenarios;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.NoSuchRegionException;
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
        new RegionScenarios(Addresses.WIDE).eduAnswersByItsMappedBar();
    }

    @Test
    void identityAndCapabilitiesAreThoseOfEdu() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
            assertEquals("0000:00:10.0", device.identity().name());
            assertEquals(Addresses.WIDE, device.address().toString());
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
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
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
        new RegionScenarios(Addresses.WIDE).aBarWhoseDecodingIsOffIsLostAndComesBack();
    }
}
