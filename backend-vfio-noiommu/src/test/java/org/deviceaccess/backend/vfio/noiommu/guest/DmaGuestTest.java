// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu.guest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deviceaccess.linux.physical.Hugepages;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DMA by a real (emulated) device: whether a physical address is the right one is known when the data arrive. */
@Tag("guest")
@Tag("noiommu")
class DmaGuestTest {
    private static final int LENGTH = 1024;
    private static final long HUGE = 2 << 20;
    private static final Path COUNT = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");

    private static byte[] random(int seed) {
        byte[] bytes = new byte[LENGTH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void assertHolds(byte[] expected, MemorySegment memory) {
        assertEquals(-1, memory.asSlice(0, LENGTH).mismatch(MemorySegment.ofArray(expected)));
    }

    @Test
    void theDeviceCopiesBothWays() {
        try (Edu edu = Edu.open(Addresses.WIDE);
                DmaBuffer from =
                        edu.device().dma().allocate(4096, DmaConstraints.NONE.withDirection(DmaDirection.TO_DEVICE));
                DmaBuffer to = edu.device().dma().allocate(3 * 4096, DmaConstraints.NONE)) {
            assertEquals(AddressKind.PHYSICAL, edu.device().dma().limits().addressKind());
            byte[] sent = random(1);
            MemorySegment.copy(sent, 0, from.memory(), JAVA_BYTE, 0, LENGTH);
            edu.readMemory(from.deviceAddress(), 0, LENGTH);
            edu.writeMemory(to.deviceAddress(2 * 4096), 0, LENGTH);
            assertHolds(sent, to.memory().asSlice(2 * 4096));
            assertEquals(-1, to.memory().asSlice(0, 8192).mismatch(MemorySegment.ofArray(new byte[8192])));
            assertHolds(sent, from.memory());
        }
    }

    @Test
    void everySegmentOfALargeBufferIsWhereItSaysItIs() {
        try (Edu edu = Edu.open(Addresses.WIDE);
                DmaBuffer buffer =
                        edu.device().dma().allocate(9 * HUGE, DmaConstraints.NONE.withSegments(16, Long.MAX_VALUE))) {
            int seed = 0;
            for (DmaSegment segment : buffer.segments()) {
                for (long offset : new long[] {0, segment.length() - LENGTH}) {
                    byte[] sent = random(++seed);
                    MemorySegment piece = buffer.memory().asSlice(segment.offset() + offset, LENGTH);
                    piece.copyFrom(MemorySegment.ofArray(sent));
                    edu.readMemory(segment.deviceAddress() + offset, 0, LENGTH);
                    piece.fill((byte) 0);
                    edu.writeMemory(buffer.deviceAddress(segment.offset() + offset), 0, LENGTH);
                    assertHolds(sent, piece);
                }
            }
        }
    }

    @Test
    void aDeviceOf28BitsGetsAddressesThatItCanDriveOrIsRefused() {
        try (Edu edu = Edu.open(Addresses.NARROW)) {
            DmaConstraints bits = DmaConstraints.addressBits(28);
            try (DmaBuffer buffer = edu.device().dma().allocate(8192, bits)) {
                assertTrue(buffer.deviceAddress(8191) < 1L << 28);
                byte[] sent = random(5);
                buffer.memory().copyFrom(MemorySegment.ofArray(sent));
                edu.readMemory(buffer.deviceAddress(), 0, LENGTH);
                edu.writeMemory(buffer.deviceAddress(4096), 0, LENGTH);
                assertHolds(sent, buffer.memory().asSlice(4096));
            } catch (DmaConstraintException e) {
                assertTrue(e.detail().contains("28 address bits"), e.getMessage());
            }
            var error = assertThrows(
                    DmaConstraintException.class, () -> edu.device().dma().allocate((1L << 28) + 1, bits));
            assertTrue(error.detail().contains("28 address bits"), error.getMessage());
        }
    }

    @Test
    void aHundredBuffersTakeOneHugepageAndAllGoBack() {
        long before = Hugepages.system().pools().getFirst().available();
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            List<DmaBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                buffers.add(device.dma().allocate(4096, DmaConstraints.NONE));
            }
            assertEquals(before - 1, Hugepages.system().pools().getFirst().available());
            assertEquals(
                    100,
                    buffers.stream().map(DmaBuffer::deviceAddress).distinct().count());
        }
        assertEquals(before, Hugepages.system().pools().getFirst().available());
    }

    @Test
    void withoutHugepagesTheErrorSaysWhatToTypeAndItHelps() throws IOException, InterruptedException {
        String count = Guest.set(COUNT, "0");
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            var error = assertThrows(
                    HugepagesMissingException.class, () -> device.dma().allocate(4096, DmaConstraints.NONE));
            assertTrue(error.detail().contains("hugepages of 2 MiB: 1 needed, 0 of 0 free"), error.getMessage());
            assertEquals(
                    0,
                    device.region(RegionId.CONFIG).read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER,
                    "what was refused changed nothing");
            Guest.sh(String.valueOf(error.remedy()).replaceAll("As root: ([^;]*);.*", "$1"));
            device.dma().allocate(4096, DmaConstraints.NONE).close();
        } finally {
            Guest.set(COUNT, count);
        }
        assertEquals(count, Files.readString(COUNT).strip());
    }

    @Test
    void anOrdinaryPageServesWhereItIsAskedFor() throws IOException {
        String count = Guest.set(COUNT, "0");
        try (Edu edu = Edu.open(Addresses.WIDE + "&small-pages=true");
                DmaBuffer buffer = edu.device().dma().allocate(4096, DmaConstraints.NONE)) {
            byte[] sent = random(7);
            buffer.memory().copyFrom(MemorySegment.ofArray(sent));
            edu.readMemory(buffer.deviceAddress(), 0, LENGTH);
            edu.writeMemory(buffer.deviceAddress(2048), 0, LENGTH);
            assertHolds(sent, buffer.memory().asSlice(2048));
            assertThrows(
                    HugepagesMissingException.class, () -> edu.device().dma().allocate(4097, DmaConstraints.NONE));
        } finally {
            Guest.set(COUNT, count);
        }
    }
}
