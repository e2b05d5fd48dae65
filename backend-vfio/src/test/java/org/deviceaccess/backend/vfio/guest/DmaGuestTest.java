// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("vfio")
class DmaGuestTest {
    private static final DmaConstraints ANY = DmaConstraints.NONE;
    private static final long PAGE = 4096;
    private static final int LENGTH = 1024;
    private static final Path ENTRY_LIMIT = Path.of("/sys/module/vfio_iommu_type1/parameters/dma_entry_limit");

    private static void fill(MemorySegment memory, int seed) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(JAVA_BYTE, i, (byte) (seed + i * 7));
        }
    }

    private static boolean holds(MemorySegment memory, int seed, long length) {
        for (long i = 0; i < length; i++) {
            if (memory.get(JAVA_BYTE, i) != (byte) (seed + i * 7)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void theDeviceCopiesBothWays() {
        try (Edu edu = Edu.open(Addresses.WIDE);
                DmaBuffer from = edu.device().dma().allocate(PAGE, ANY.withDirection(DmaDirection.TO_DEVICE));
                DmaBuffer to = edu.device().dma().allocate(3 * PAGE, ANY.withDirection(DmaDirection.FROM_DEVICE))) {
            assertEquals(-1, from.memory().mismatch(to.memory().asSlice(0, PAGE)), "both are zeroed");
            fill(from.memory(), 5);
            edu.readMemory(from.deviceAddress(), 0, LENGTH);
            edu.writeMemory(to.deviceAddress(2 * PAGE), 0, LENGTH);
            assertTrue(holds(to.memory().asSlice(2 * PAGE), 5, LENGTH));
            assertEquals(0, to.memory().get(JAVA_BYTE, 2 * PAGE + LENGTH));
            assertTrue(holds(from.memory(), 5, PAGE), "what the device read is unchanged");
        }
    }

    @Test
    void aDeviceOf28BitsGetsAddressesThatItCanDrive() {
        try (Edu edu = Edu.open(Addresses.NARROW)) {
            DmaConstraints bits = DmaConstraints.addressBits(28);
            List<DmaBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                buffers.add(edu.device().dma().allocate(1 << 20, bits.withAlignment(1 << 16)));
            }
            for (DmaBuffer buffer : buffers) {
                assertEquals(0, buffer.deviceAddress() % (1 << 16));
                assertTrue(buffer.deviceAddress(buffer.size() - 1) < 1L << 28);
                assertNotEquals(0, buffer.deviceAddress());
            }
            fill(buffers.getLast().memory(), 9);
            edu.readMemory(buffers.getLast().deviceAddress(), 0, LENGTH);
            edu.writeMemory(buffers.getFirst().deviceAddress(), 0, LENGTH);
            assertTrue(holds(buffers.getFirst().memory(), 9, LENGTH));
            assertTrue(assertThrows(
                            DmaConstraintException.class,
                            () -> edu.device().dma().allocate(1L << 28, bits))
                    .getMessage()
                    .contains("28 address bits"));
        }
    }

    @Test
    void aLargeBufferLeavesADeviceOf28BitsItsAddresses() {
        try (Edu edu = Edu.open(Addresses.NARROW);
                DmaBuffer large = edu.device().dma().allocate(1L << 28, ANY);
                DmaBuffer low = edu.device().dma().allocate(2 * PAGE, DmaConstraints.addressBits(28))) {
            assertTrue(large.deviceAddress() >= 1L << 32, Long.toHexString(large.deviceAddress()));
            fill(low.memory(), 9);
            edu.readMemory(low.deviceAddress(), 0, LENGTH);
            edu.writeMemory(low.deviceAddress(PAGE), 0, LENGTH);
            assertTrue(holds(low.memory().asSlice(PAGE), 9, LENGTH));
        }
    }

    @Test
    void limitsAreThoseOfTheMachine() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            DmaLimits limits = device.dma().limits();
            assertEquals(
                    List.of(new AddressRange(PAGE, 0xfedf_ffffL), new AddressRange(0xfef0_0000L, (1L << 39) - 1)),
                    limits.ranges());
            assertEquals(0x40201000, limits.pageSizes());
            assertEquals(PAGE, limits.pageSize());
            assertEquals(65535, limits.maxMappings());
            assertTrue(limits.coherent());
        }
    }

    @Test
    void theFirstBufferTurnsBusMasteringOn() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            int before = device.region(RegionId.CONFIG).read16(PciHeader.COMMAND);
            assertEquals(0, before & PciHeader.COMMAND_MASTER);
            device.dma().allocate(1, ANY).close();
            assertEquals(
                    before | PciHeader.COMMAND_MASTER,
                    device.region(RegionId.CONFIG).read16(PciHeader.COMMAND));
        }
    }

    @Test
    void memoryOfTheCallerIsReachedWhileItIsMapped() {
        try (Edu edu = Edu.open(Addresses.WIDE);
                Arena arena = Arena.ofShared();
                DmaBuffer back = edu.device().dma().allocate(PAGE, ANY)) {
            MemorySegment memory = arena.allocate(2 * PAGE, PAGE);
            fill(memory, 1);
            DmaBuffer mapped = edu.device().dma().map(memory, ANY);
            assertEquals(memory, mapped.memory());
            edu.readMemory(mapped.deviceAddress(), 0, LENGTH);
            edu.writeMemory(back.deviceAddress(), 0, LENGTH);
            assertTrue(holds(back.memory(), 1, LENGTH));
            long stale = mapped.deviceAddress();
            mapped.close();
            mapped.close();
            assertThrows(IllegalStateException.class, mapped::deviceAddress);
            assertTrue(holds(memory, 1, PAGE), "the memory stays the caller's");

            // What the device tries to write through an address that was taken away does not arrive …
            fill(back.memory(), 77);
            edu.readMemory(back.deviceAddress(), 0, LENGTH);
            edu.writeMemory(stale, 0, LENGTH);
            assertTrue(holds(memory, 1, 2 * PAGE));
            // … and neither does it see what is there.
            fill(memory, 99);
            edu.readMemory(stale, 0, LENGTH);
            edu.writeMemory(back.deviceAddress(), 0, LENGTH);
            assertTrue(!holds(back.memory(), 99, 16));
        }
    }

    @Test
    void addressesThatWereNeverMappedOrAreTooHighReachNothing() {
        try (Edu edu = Edu.open(Addresses.WIDE);
                DmaBuffer buffer = edu.device().dma().allocate(4 * PAGE, ANY)) {
            fill(buffer.memory(), 3);
            edu.readMemory(buffer.deviceAddress(), 0, LENGTH);
            fill(buffer.memory(), 44);
            long first = buffer.deviceAddress();
            long last = first + buffer.size();
            for (long address : new long[] {0, first - PAGE, last, 1L << 30, 1L << 39, (1L << 47) + first, -PAGE}) {
                edu.writeMemory(address, 0, LENGTH);
                assertTrue(holds(buffer.memory(), 44, buffer.size()), "0x" + Long.toHexString(address));
            }
            // The last bytes that are mapped are reached, those behind them are not.
            edu.writeMemory(last - 512, 0, LENGTH);
            assertTrue(holds(buffer.memory().asSlice(buffer.size() - 512), 3, 512));
        }
    }

    /** Only one way: Linux lets devices behind an Intel IOMMU read whatever they may write (__domain_mapping). */
    @Test
    void whatTheDeviceMayOnlyReadItCannotWrite() {
        try (Edu edu = Edu.open(Addresses.WIDE);
                DmaBuffer readOnly = edu.device().dma().allocate(PAGE, ANY.withDirection(DmaDirection.TO_DEVICE));
                DmaBuffer both = edu.device().dma().allocate(PAGE, ANY)) {
            fill(both.memory(), 50);
            edu.readMemory(both.deviceAddress(), 0, LENGTH);
            fill(readOnly.memory(), 60);
            edu.writeMemory(readOnly.deviceAddress(), 0, LENGTH);
            assertTrue(holds(readOnly.memory(), 60, PAGE));
        }
    }

    @Test
    void addressesAreUsedAgain() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            DmaBuffer first = device.dma().allocate(16 * PAGE, ANY);
            long address = first.deviceAddress();
            MemorySegment memory = first.memory();
            first.close();
            assertThrows(IllegalStateException.class, () -> memory.get(JAVA_BYTE, 0));
            try (DmaBuffer second = device.dma().allocate(16 * PAGE, ANY)) {
                assertEquals(address, second.deviceAddress());
                assertEquals(-1, second.memory().mismatch(Arena.ofAuto().allocate(16 * PAGE)), "zeroed again");
            }
        }
    }

    @Test
    void closingTheDeviceClosesItsBuffers() {
        MemorySegment memory;
        DmaBuffer buffer;
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            buffer = device.dma().allocate(PAGE, ANY);
            memory = buffer.memory();
            memory.set(JAVA_BYTE, 0, (byte) 1);
        }
        assertThrows(IllegalStateException.class, () -> memory.get(JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, buffer::deviceAddress);
        buffer.close();
    }

    @Test
    @SuppressWarnings("restricted") // to name memory that is not there
    void memoryThatCannotBeMappedIsRefused() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE);
                Arena confined = Arena.ofConfined();
                Arena arena = Arena.ofShared()) {
            assertThrows(DmaMemoryException.class, () -> device.dma().map(confined.allocate(PAGE, PAGE), ANY));
            assertThrows(DmaMemoryException.class, () -> device.dma().map(MemorySegment.ofArray(new byte[8192]), ANY));
            long address;
            try (DmaBuffer before = device.dma().allocate(1, ANY)) {
                address = before.deviceAddress();
            }
            MemorySegment memory = arena.allocate(2 * PAGE, PAGE);
            assertThrows(DmaConstraintException.class, () -> device.dma().map(memory.asSlice(8), ANY));
            assertThrows(DmaConstraintException.class, () -> device.dma().map(memory.asSlice(0, 100), ANY));
            assertThrows(DmaConstraintException.class, () -> device.dma().map(memory.asSlice(0, 0), ANY));
            assertThrows(DmaMemoryException.class, () -> device.dma().map(memory.asReadOnly(), ANY));
            device.dma()
                    .map(memory.asReadOnly(), ANY.withDirection(DmaDirection.TO_DEVICE))
                    .close();
            assertThrows(
                    DmaMemoryException.class,
                    () -> device.dma().map(MemorySegment.ofAddress(1L << 30).reinterpret(PAGE), ANY));
            assertThrows(DmaMemoryException.class, () -> device.dma().allocate(1L << 38, ANY));
            MemorySegment gone;
            try (Arena closed = Arena.ofShared()) {
                gone = closed.allocate(PAGE, PAGE);
            }
            assertThrows(IllegalStateException.class, () -> device.dma().map(gone, ANY));
            try (DmaBuffer works = device.dma().allocate(1, ANY)) {
                assertEquals(address, works.deviceAddress(), "refusals have taken no address");
            }
        }
    }

    @Test
    void theNumberOfMappingsIsLimited() throws IOException {
        String before = Guest.set(ENTRY_LIMIT, "64");
        try (DeviceAccess device = Devices.open(Addresses.WIDE);
                Arena arena = Arena.ofShared()) {
            assertEquals(64, device.dma().limits().maxMappings());
            MemorySegment page = arena.allocate(PAGE, PAGE);
            List<DmaBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                buffers.add(device.dma().map(page, ANY));
            }
            DmaMappingLimitException refused = assertThrows(
                    DmaMappingLimitException.class, () -> device.dma().map(page, ANY));
            assertTrue(refused.detail().contains("64 mappings"), refused.getMessage());
            buffers.getLast().close();
            device.dma().map(page, ANY).close();
        } finally {
            Guest.set(ENTRY_LIMIT, before);
        }
    }
}
