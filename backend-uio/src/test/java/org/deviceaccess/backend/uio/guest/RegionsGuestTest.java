// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.linux.testing.RegionScenarios;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("uio")
class RegionsGuestTest {
    private static final String EDU = "uio:0000:00:10.0";
    private static final RegionScenarios SCENARIOS = new RegionScenarios(EDU);
    private static final String CARD = "uio:0000:00:13.0";

    @Test
    void eduAnswersByItsMap() throws IOException {
        SCENARIOS.eduAnswersByItsMappedBar();
        try (Edu edu = Edu.open(EDU)) {
            assertEquals(Edu.ID, edu.bar().read32(0));
            assertTrue(Guest.mappings().stream().anyMatch(line -> line.contains("/dev/uio")));
        }
        assertTrue(Guest.mappings().stream().noneMatch(line -> line.contains("/dev/uio")));
    }

    /** As on kernels whose uio_pci_generic exports no maps. */
    @Test
    void withoutMapsEduAnswersByItsResource() throws IOException, InterruptedException {
        String maps = "/sys/bus/pci/devices/0000:00:10.0/uio/uio*/maps";
        Guest.sh("mount -t tmpfs none " + maps);
        try {
            SCENARIOS.eduAnswersByItsMappedBar();
            SCENARIOS.aBarWhoseDecodingIsOffIsLostAndComesBack();
            try (Edu edu = Edu.open(EDU)) {
                assertEquals(Edu.ID, edu.bar().read32(0));
                assertTrue(Guest.mappings().stream().anyMatch(line -> line.endsWith("/resource0")));
            }
        } finally {
            Guest.sh("umount " + maps);
        }
        assertTrue(Guest.mappings().stream().noneMatch(line -> line.endsWith("/resource0")));
    }

    @Test
    void identityAndCapabilitiesAreThoseOfEdu() {
        for (String address : List.of(EDU, "uio:" + uioName())) {
            try (DeviceAccess device = Devices.open(address)) {
                assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
                assertEquals("0000:00:10.0", device.identity().name());
                assertEquals(EDU, device.address().toString(), "the full address");
                assertEquals(TrustLevel.NO_DMA, device.trust());
                assertEquals(Set.of(Capability.CONFIG_SPACE, Capability.INTX), device.capabilities());
                assertEquals(
                        List.of(RegionId.BAR0, RegionId.CONFIG),
                        device.regions().stream().map(RegionInfo::id).toList());
                assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.uioMap(0)));
                assertThrows(UnsupportedCapabilityException.class, device::reset);
                UnsupportedCapabilityException dma = assertThrows(UnsupportedCapabilityException.class, device::dma);
                assertTrue(String.valueOf(dma.remedy()).contains("vfio:0000:00:10.0"), dma.getMessage());
            }
        }
    }

    private static String uioName() {
        try {
            return Guest.sh("ls /sys/bus/pci/devices/0000:00:10.0/uio").strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void configurationSpaceIsWrittenAndBusMasteringIsOff() {
        try (DeviceAccess device = Devices.open(EDU)) {
            Region config = device.region(RegionId.CONFIG);
            assertFalse(config.info().mapped());
            assertEquals(0x11e8_1234, config.read32(PciHeader.VENDOR_ID));
            int command = config.read16(PciHeader.COMMAND);
            assertEquals(
                    PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO,
                    command & 0x407,
                    "decoding on; bus mastering off, and the user has not switched the line off");
            int serr = 0x100; // PCI_COMMAND_SERR of linux/pci_regs.h
            config.write16(PciHeader.COMMAND, command | serr);
            assertEquals(command | serr, config.read16(PciHeader.COMMAND));
            config.write16(PciHeader.COMMAND, command);
        }
        try (DeviceAccess device = Devices.open(EDU)) {
            int command = device.region(RegionId.CONFIG).read16(PciHeader.COMMAND);
            assertEquals(0, command & PciHeader.COMMAND_MASTER, "off since it was closed");
        }
    }

    @Test
    void portsAreReadAndWrittenByEveryWidth() {
        try (DeviceAccess card = Devices.open(CARD)) {
            Region ports = card.region(RegionId.BAR2);
            assertEquals(RegionInfo.AddressSpace.IO, ports.info().space());
            assertEquals(32, ports.size());
            assertEquals(
                    Set.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32),
                    ports.info().widths());
            // IOADDR and IODATA of the e1000 family: a window onto the registers of BAR 0.
            ports.write32(0, 0x8);
            assertEquals(0x8, ports.read32(0));
            int status = card.region(RegionId.BAR0).read32(0x8);
            assertEquals(status, ports.read32(4));
            assertEquals(status & 0xffff, ports.read16(4));
            assertEquals(status & 0xff, ports.read8(4));
            assertEquals(0x8, ports.read16(0));
            assertEquals(
                    PciHeader.EXTENDED_CONFIG_SIZE, card.region(RegionId.CONFIG).size());
        }
    }

    @Test
    void aBarWhoseDecodingIsOffIsLostAndComesBack() {
        SCENARIOS.aBarWhoseDecodingIsOffIsLostAndComesBack();
    }

    @Test
    void everyWidthOfAWriteIsSeenToSwitchDecoding() {
        try (DeviceAccess device = Devices.open(EDU)) {
            Region config = device.region(RegionId.CONFIG);
            int command = config.read32(PciHeader.COMMAND) & 0xffff; // zeros change nothing in the status register
            int off = command & ~PciHeader.COMMAND_MEMORY;
            List<Runnable> switches = List.of(
                    () -> config.write8(PciHeader.COMMAND, off & 0xff),
                    () -> config.write8(PciHeader.COMMAND, command & 0xff),
                    () -> config.write16(PciHeader.COMMAND, off),
                    () -> config.write16(PciHeader.COMMAND, command),
                    () -> config.write32(PciHeader.COMMAND, off),
                    () -> config.write32(PciHeader.COMMAND, command));
            for (int i = 0; i < switches.size(); i += 2) {
                switches.get(i).run();
                Region bar = device.region(RegionId.BAR0); // mapped while it is off, the first time
                assertThrows(DeviceLostException.class, () -> bar.read32(0));
                switches.get(i + 1).run();
                assertEquals(Edu.ID, bar.read32(0));
            }
        }
    }
}
