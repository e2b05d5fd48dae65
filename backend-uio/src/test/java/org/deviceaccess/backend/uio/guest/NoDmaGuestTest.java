// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Without consent a device does not copy memory, however it is asked to. */
@Tag("guest")
@Tag("uio")
class NoDmaGuestTest {
    private static final String EDU = "uio:0000:00:10.0";
    private static final Path CONFIG = Path.of("/sys/bus/pci/devices/0000:00:10.0/config");
    private static final int PAGE = 4096;
    private static final int LENGTH = 64;

    @Test
    void aDeviceThatWasLeftMasteringTheBusCopiesNothing() throws IOException, InterruptedException {
        Guest.sh("printf '\\x07' | dd of=" + CONFIG + " bs=1 seek=4 conv=notrunc 2>/dev/null");
        assertEquals(PciHeader.COMMAND_MASTER, command() & PciHeader.COMMAND_MASTER, "left on");
        try (Edu edu = Edu.open(EDU)) {
            assertEquals(TrustLevel.NO_DMA, edu.device().trust());
            assertCopiesNothing(edu);
        }
        assertEquals(0, command() & PciHeader.COMMAND_MASTER, "it stays off");
    }

    @Test
    void aDriverThatSwitchesItOnIsRefusedAndTheDeviceCopiesNothing() throws IOException {
        try (Edu edu = Edu.open(EDU)) {
            Region config = edu.device().region(RegionId.CONFIG);
            int on = config.read16(PciHeader.COMMAND) | PciHeader.COMMAND_MASTER;
            assertThrows(UnsafeNotAllowedException.class, () -> config.write8(PciHeader.COMMAND, on & 0xff));
            assertThrows(UnsafeNotAllowedException.class, () -> config.write16(PciHeader.COMMAND, on));
            assertThrows(UnsafeNotAllowedException.class, () -> config.write32(PciHeader.COMMAND, on));
            assertThrows(
                    UnsafeNotAllowedException.class, () -> config.slice(0, 8).write16(PciHeader.COMMAND, on));
            assertEquals(0, command() & PciHeader.COMMAND_MASTER);
            assertCopiesNothing(edu);
        }
    }

    /** Lets the device copy the first bytes of a page behind its middle, by way of its buffer, or try to. */
    private static void assertCopiesNothing(Edu edu) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment page = arena.allocate(PAGE, PAGE);
            page.fill((byte) 'a');
            page.asSlice(0, LENGTH).fill((byte) 'X');
            long physical = physical(page.address());
            edu.readMemory(physical, 0, LENGTH);
            edu.writeMemory(physical + PAGE / 2, 0, LENGTH);
            assertEquals('a', page.get(ValueLayout.JAVA_BYTE, PAGE / 2), "the device has written to memory");
        }
    }

    private static long physical(long address) throws IOException {
        try (FileChannel pagemap = FileChannel.open(Path.of("/proc/self/pagemap"))) {
            ByteBuffer entry = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            pagemap.read(entry, address / PAGE * Long.BYTES);
            return (entry.getLong(0) & (1L << 55) - 1) * PAGE;
        }
    }

    private static int command() throws IOException {
        try (FileChannel config = FileChannel.open(CONFIG, StandardOpenOption.READ)) {
            ByteBuffer value = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            config.read(value, PciHeader.COMMAND);
            return value.getShort(0) & 0xffff;
        }
    }
}
