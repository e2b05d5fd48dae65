// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** Memory decoding that is switched off under a BAR that is in use. */
final class DecodingTests {
    private static final int ALL_ONES = -1;

    @Proves("DA-CONFIG-011")
    void accessWithDecodingOffIsAnError(TckTarget target) {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            Region registers = memory(device, known);
            Region config = ConfigTests.writable(device);
            int command = ConfigTests.command(device);
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
            try {
                assertEquals(0, ConfigTests.command(device) & PciHeader.COMMAND_MEMORY, "memory decoding, turned off");
                assertTrue(
                        readIsLost(registers, known.constant().offset()), "a read with memory decoding off succeeded");
                assertTrue(readIsLost(registers, known.constant().offset()), "a second read succeeded");
                writeWithDecodingOff(registers, known.scratch().offset());
            } finally {
                config.write16(PciHeader.COMMAND, command);
            }
        }
    }

    private static boolean readIsLost(Region registers, long offset) {
        try {
            return registers.read32(offset) == ALL_ONES;
        } catch (DeviceLostException e) {
            return true;
        }
    }

    private static void writeWithDecodingOff(Region registers, long offset) {
        try {
            registers.write32(offset, 0);
        } catch (DeviceLostException e) {
            // One of the two things that it may do; the other is nothing at all, as writes are posted.
            return;
        }
    }

    @Proves("DA-CONFIG-012")
    void decodingComesBack(TckTarget target) {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            Region registers = memory(device, known);
            Region config = ConfigTests.writable(device);
            int command = ConfigTests.command(device);
            for (int round = 0; round < 3; round++) {
                config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
                readIsLost(registers, known.constant().offset());
                config.write16(PciHeader.COMMAND, command);
                assertEquals(
                        known.constantValue(),
                        registers.read32(known.constant().offset()),
                        known.constant() + " with memory decoding on again, in round " + round);
            }
        }
    }

    private static Region memory(DeviceAccess device, KnownDevice known) {
        Region registers = device.region(known.constant().region());
        Assumptions.assumeTrue(
                registers.info().space() == AddressSpace.MEMORY, "the known registers are not in memory space");
        return registers;
    }
}
