// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DMA with physical addresses, allowed by {@code unsafe=true}. */
@Tag("guest")
@Tag("uio")
class UnsafeGuestTest {
    private static final String WIDE = "uio:0000:00:10.0?unsafe=true";
    private static final String NARROW = "uio:0000:00:11.0?unsafe=true";
    private static final int LENGTH = 4000;

    private static int master(Edu edu) {
        return edu.device().region(RegionId.CONFIG).read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER;
    }

    @Test
    void eduReadsAndWritesMemory() throws IOException, InterruptedException {
        try (Edu edu = Edu.open(WIDE)) {
            assertEquals(TrustLevel.UNPROTECTED, edu.device().trust());
            assertEquals(AddressKind.PHYSICAL, edu.device().dma().limits().addressKind());
            assertEquals(0, master(edu));
            try (DmaBuffer from = edu.device().dma().allocate(LENGTH, DmaConstraints.NONE);
                    DmaBuffer to = edu.device().dma().allocate(LENGTH, DmaConstraints.NONE)) {
                assertEquals(PciHeader.COMMAND_MASTER, master(edu), "on with the first buffer");
                for (int i = 0; i < LENGTH; i++) {
                    from.memory().set(ValueLayout.JAVA_BYTE, i, (byte) (31 * i));
                }
                edu.readMemory(from.deviceAddress(), 0, LENGTH);
                edu.writeMemory(to.deviceAddress(), 0, LENGTH);
                assertEquals(-1, from.memory().mismatch(to.memory()));
            }
        }
        String config = Path.of("/sys/bus/pci/devices/0000:00:10.0/config").toString();
        int command = Integer.parseInt(Guest.sh("od -An -tu2 -j4 -N2 " + config).strip());
        assertEquals(0, command & PciHeader.COMMAND_MASTER, "off after closing");
    }

    @Test
    void aDeviceOf28BitsIsServedOrRefusedWithTheLimit() {
        try (Edu edu = Edu.open(NARROW)) {
            try (DmaBuffer buffer = edu.device().dma().allocate(LENGTH, DmaConstraints.addressBits(28))) {
                assertTrue(buffer.deviceAddress() + LENGTH <= 1L << 28, () -> "at " + buffer.deviceAddress());
            } catch (DmaConstraintException e) {
                assertTrue(e.getMessage().contains("28"), e.getMessage());
            }
        }
    }

    @Test
    void withoutHugepagesTheErrorSaysHowToReserveThem() throws IOException, InterruptedException {
        Path pages = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
        String before = Guest.set(pages, "0");
        try (Edu edu = Edu.open(WIDE)) {
            var error = assertThrows(
                    HugepagesMissingException.class, () -> edu.device().dma().allocate(LENGTH, DmaConstraints.NONE));
            assertEquals(0, master(edu));
            Guest.sh(String.valueOf(error.remedy())
                    .replaceFirst("^As root: ", "")
                    .replaceFirst(";.*", ""));
            edu.device().dma().allocate(LENGTH, DmaConstraints.NONE).close();
        } finally {
            Guest.set(pages, before);
        }
    }
}
