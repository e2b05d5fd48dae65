// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/**
 * Registers of an edu device, the same over every backend.
 *
 * @param address the device
 */
public record RegionScenarios(String address) {
    /** Sees that the mapped BAR is the device's. */
    public void eduAnswersByItsMappedBar() {
        try (Edu edu = Edu.open(address)) {
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

    /** Switches memory decoding off and on, and leaves it off. */
    public void aBarWhoseDecodingIsOffIsLostAndComesBack() {
        try (Edu edu = Edu.open(address)) {
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
        try (Edu again = Edu.open(address)) {
            assertEquals(Edu.ID, again.bar().read32(0));
        }
    }
}
