// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Set;
import org.deviceaccess.linux.testing.RegionScenarios;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The device itself, which is VFIO's: registers, configuration space, reset, what it says of itself. */
@Tag("guest")
@Tag("noiommu")
class DeviceGuestTest {
    @Test
    void eduAnswersByItsMappedBar() {
        new RegionScenarios(Addresses.WIDE).eduAnswersByItsMappedBar();
    }

    @Test
    void aBarWhoseDecodingIsOffIsLostAndComesBack() {
        new RegionScenarios(Addresses.WIDE).aBarWhoseDecodingIsOffIsLostAndComesBack();
    }

    @Test
    void theDeviceSaysWhatItCanDoAndThatNothingProtects() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            assertEquals(Addresses.WIDE, device.address().toString());
            assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
            assertEquals(TrustLevel.UNPROTECTED, device.trust());
            assertEquals(
                    Set.of(
                            Capability.CONFIG_SPACE,
                            Capability.INTX,
                            Capability.MSI,
                            Capability.DMA,
                            Capability.RELEASE_REQUEST),
                    device.capabilities());
            assertThrows(UnsupportedCapabilityException.class, device::reset);
            try (Arena arena = Arena.ofConfined()) {
                var error = assertThrows(
                        UnsupportedCapabilityException.class,
                        () -> device.dma().map(arena.allocate(4096, 4096), DmaConstraints.NONE));
                assertTrue(String.valueOf(error.remedy()).contains("DmaSupport.allocate"), error.getMessage());
            }
        }
    }

    @Test
    void resetGivesTheRegistersTheirFirstValues() {
        try (DeviceAccess nvme = Devices.open(Addresses.NVME)) {
            Region bar = nvme.region(RegionId.BAR0);
            long cc = 0x14; // controller configuration (NVM Express Base Specification, 3.1.3.5), not enabled
            bar.write32(cc, 0x0046_0000);
            assertEquals(0x0046_0000, bar.read32(cc));
            int before = nvme.region(RegionId.CONFIG).read16(PciHeader.COMMAND);
            nvme.reset();
            assertEquals(0, bar.read32(cc));
            assertEquals(before, nvme.region(RegionId.CONFIG).read16(PciHeader.COMMAND));
        }
    }

    @Test
    void softwareTriggersManyVectors() throws InterruptedException {
        try (DeviceAccess nvme = Devices.open(Addresses.NVME);
                Interrupts interrupts = nvme.interrupts().enable(InterruptKind.MSIX, 8)) {
            for (int i = 0; i < 8; i++) {
                interrupts.vector(i).trigger();
                interrupts.vector(i).trigger();
                assertEquals(i, interrupts.awaitAny(Duration.ofSeconds(20)));
                assertEquals(2, interrupts.vector(i).poll());
            }
            assertEquals(-1, interrupts.awaitAny(Duration.ZERO));
        }
    }
}
