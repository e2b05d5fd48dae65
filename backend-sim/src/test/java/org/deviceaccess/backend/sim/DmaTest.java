// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The simulated IOMMU and the memory behind it. */
class DmaTest {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final TestModel model = new TestModel();
    private final DeviceAccess device = Sim.open(model);
    private final Region bar = device.region(RegionId.BAR0);
    private final Simulation simulation = device.unwrap(Simulation.class).orElseThrow();

    @AfterEach
    void close() {
        device.close();
    }

    private boolean deviceReads(long address, long length) {
        return transfer(address, length, 0);
    }

    private boolean deviceWrites(long address, long length) {
        return transfer(address, length, 1);
    }

    private boolean transfer(long address, long length, int command) {
        bar.write64(TestModel.DMA_ADDRESS, address);
        bar.write64(TestModel.DMA_LENGTH, length);
        bar.write64(TestModel.DMA_GO, command);
        return bar.read64(TestModel.DMA_GO) == 1;
    }

    private DmaBuffer allocate(long size) {
        return device.dma().allocate(size, DmaConstraints.NONE);
    }

    private void assertFault(long address, long length, boolean write, DmaFault.Reason reason) {
        List<DmaFault> faults = simulation.dmaFaults();
        assertEquals(1, faults.size(), faults.toString());
        DmaFault fault = faults.get(0);
        assertEquals(address, fault.address());
        assertEquals(length, fault.length());
        assertEquals(write, fault.write());
        assertEquals(reason, fault.reason());
        assertEquals(1, simulation.dmaFaultCount());
        simulation.clearFaults();
        assertEquals(0, simulation.dmaFaultCount());
    }

    @Test
    void memoryIsZeroedAndReachable() {
        try (DmaBuffer buffer = allocate(100)) {
            assertEquals(100, buffer.memory().byteSize());
            assertEquals(100, buffer.size());
            assertEquals(-1, buffer.memory().mismatch(MemorySegment.ofArray(new byte[100])));
            assertEquals(0, buffer.deviceAddress() % 4096);
            assertEquals(List.of(new DmaSegment(0, buffer.deviceAddress(), 100)), buffer.segments());
            assertEquals(buffer.deviceAddress() + 99, buffer.deviceAddress(99));
            buffer.memory().set(BYTE, 99, (byte) 77);
            assertTrue(deviceReads(buffer.deviceAddress(), 100));
            assertEquals(77, model.memory[99]);
            model.memory[0] = 5;
            assertTrue(deviceWrites(buffer.deviceAddress(50), 1));
            assertEquals(5, buffer.memory().get(BYTE, 50));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.deviceAddress(100));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.deviceAddress(-1));
        }
    }

    @Test
    void whatIsNotMappedIsRefusedAndRecorded() {
        DmaBuffer buffer = allocate(4096);
        long address = buffer.deviceAddress();
        model.memory[0] = 9;
        for (long wrong : new long[] {0, 0x1000, address - 4096, address + 4096, 1L << 40, -4096, Long.MIN_VALUE}) {
            assertEquals(false, deviceWrites(wrong, 8));
            assertFault(wrong, 8, true, DmaFault.Reason.NOT_MAPPED);
            assertEquals(false, deviceReads(wrong, 8));
            assertFault(wrong, 8, false, DmaFault.Reason.NOT_MAPPED);
        }
        assertEquals(false, deviceWrites(address + 4092, 8), "the end hangs over");
        assertFault(address + 4096, 4, true, DmaFault.Reason.NOT_MAPPED);
        assertEquals(false, deviceWrites(address - 4, 8), "the start hangs over");
        assertFault(address - 4, 8, true, DmaFault.Reason.NOT_MAPPED);
        assertEquals(false, deviceWrites(-4, 8), "runs over the end of the address space");
        assertFault(-4, 8, true, DmaFault.Reason.NOT_MAPPED);
        assertEquals(-1, buffer.memory().mismatch(MemorySegment.ofArray(new byte[4096])), "nothing was written");

        try (Arena arena = Arena.ofShared()) {
            MemorySegment own = arena.allocate(4096, 4096);
            DmaBuffer mapped = device.dma().map(own, DmaConstraints.NONE);
            long gone = mapped.deviceAddress();
            mapped.close();
            assertEquals(false, deviceWrites(gone, 8));
            assertFault(gone, 8, true, DmaFault.Reason.NOT_MAPPED);
            assertEquals(0, own.get(BYTE, 0));
        }
        buffer.close();
        assertEquals(false, deviceReads(address, 8));
        assertFault(address, 8, false, DmaFault.Reason.NOT_MAPPED);
    }

    @Test
    void directionIsEnforced() {
        DmaConstraints constraints = DmaConstraints.NONE;
        try (DmaBuffer toDevice = device.dma().allocate(4096, constraints.withDirection(DmaDirection.TO_DEVICE));
                DmaBuffer fromDevice =
                        device.dma().allocate(4096, constraints.withDirection(DmaDirection.FROM_DEVICE))) {
            assertTrue(deviceReads(toDevice.deviceAddress(), 8));
            assertTrue(deviceWrites(fromDevice.deviceAddress(), 8));
            assertEquals(false, deviceWrites(toDevice.deviceAddress(), 8));
            assertFault(toDevice.deviceAddress(), 8, true, DmaFault.Reason.WRONG_DIRECTION);
            assertEquals(false, deviceReads(fromDevice.deviceAddress(), 8));
            assertFault(fromDevice.deviceAddress(), 8, false, DmaFault.Reason.WRONG_DIRECTION);
        }
    }

    @Test
    void transfersRunAcrossBuffersThatTouch() {
        try (DmaBuffer upper = allocate(4096);
                DmaBuffer lower = allocate(4096)) {
            assertEquals(upper.deviceAddress(), lower.deviceAddress() + 4096, "the highest addresses first");
            for (int i = 0; i < 16; i++) {
                model.memory[i] = (byte) i;
            }
            assertTrue(deviceWrites(lower.deviceAddress(4088), 16));
            assertEquals(7, lower.memory().get(BYTE, 4095));
            assertEquals(8, upper.memory().get(BYTE, 0));
        }
    }

    @Test
    void withoutBusMasteringThereIsNoDma() {
        Region config = device.region(RegionId.CONFIG);
        assertEquals(0, config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER, "off after opening");
        try (DmaBuffer buffer = allocate(4096)) {
            int command = config.read16(PciHeader.COMMAND);
            assertEquals(PciHeader.COMMAND_MASTER, command & PciHeader.COMMAND_MASTER, "on with the first buffer");
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MASTER);
            assertEquals(false, deviceReads(buffer.deviceAddress(), 8));
            assertFault(buffer.deviceAddress(), 8, false, DmaFault.Reason.BUS_MASTER_OFF);
        }
    }

    @Test
    void constraintsAreMet() {
        DmaConstraints wanted =
                DmaConstraints.addressBits(24).withAlignment(65536).withBoundary(1 << 20);
        try (DmaBuffer buffer = device.dma().allocate(300_000, wanted)) {
            long address = buffer.deviceAddress();
            assertTrue(address + 300_000 <= 1 << 24);
            assertEquals(0, address % 65536);
            assertEquals(address >> 20, address + 299_999 >> 20);
            assertEquals(1, buffer.segments().size());
        }
        DmaConstraints pieces =
                DmaConstraints.addressBits(32).withSegments(4, 3000).withAlignment(8);
        try (DmaBuffer buffer = device.dma().allocate(10_000, pieces)) {
            long address = buffer.deviceAddress();
            assertEquals(
                    List.of(
                            new DmaSegment(0, address, 3000),
                            new DmaSegment(3000, address + 3000, 3000),
                            new DmaSegment(6000, address + 6000, 3000),
                            new DmaSegment(9000, address + 9000, 1000)),
                    buffer.segments());
        }
        DmaConstraints cut = DmaConstraints.NONE.withBoundary(65536).withSegments(3, Long.MAX_VALUE);
        try (DmaBuffer buffer = device.dma().allocate(150_000, cut)) {
            for (DmaSegment segment : buffer.segments()) {
                long last = segment.deviceAddress() + segment.length() - 1;
                assertEquals(segment.deviceAddress() >> 16, last >> 16);
            }
            assertEquals(3, buffer.segments().size());
        }
    }

    @Test
    void constraintsThatClashAreRefusedAndNameTheLimit() {
        DmaConstraints none = DmaConstraints.NONE;
        assertClash(0, none, "size 0");
        assertClash(-1, none, "size -1");
        assertClash(Long.MIN_VALUE, none, "not positive");
        assertClash(Long.MAX_VALUE, none, "the size " + Long.MAX_VALUE);
        assertClash(Long.MAX_VALUE - 4096, none, "the size of");
        assertClash(
                1L << 40, none, "the size of 1099511627776 bytes clashes with the addresses that the IOMMU can map");
        assertClash(1, DmaConstraints.addressBits(12), "12 address bits of the device (up to 0xfff)");
        assertClash(1 << 20, DmaConstraints.addressBits(20), "20 address bits of the device (up to 0xfffff)");
        assertClash(1, none.withAlignment(1L << 62), "alignment");
        assertClash(1, none.withAlignment(1L << 39), "alignment");
        assertClash(8192, none.withBoundary(4096), "2 segments");
        assertClash(8193, none.withSegments(2, 4096), "3 segments");
        assertClash(8192, none.withSegments(9, 4096).withAlignment(8192), "multiples of the alignment of 8192");
        assertEquals(0, simulation.mappings());
    }

    private void assertClash(long size, DmaConstraints constraints, String text) {
        DmaConstraintException thrown =
                assertThrows(DmaConstraintException.class, () -> device.dma().allocate(size, constraints));
        assertTrue(thrown.getMessage().contains(text), thrown.getMessage());
    }

    @Test
    void mappingsAndAddressesRunOutAndComeBack() {
        try (DeviceAccess small = Sim.open("edu", Map.of("max-mappings", "3", "iova-bits", "16"))) {
            List<DmaBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                buffers.add(small.dma().allocate(4096, DmaConstraints.NONE));
            }
            assertThrows(DmaMappingLimitException.class, () -> small.dma().allocate(4096, DmaConstraints.NONE));
            buffers.remove(0).close();
            assertThrows(
                    DmaAddressSpaceExhaustedException.class,
                    () -> small.dma().allocate(14 * 4096, DmaConstraints.NONE));
            buffers.forEach(DmaBuffer::close);
            small.dma().allocate(15 * 4096, DmaConstraints.NONE).close();
            assertEquals(0, small.unwrap(Simulation.class).orElseThrow().mappings());
        }
    }

    @Test
    void theHoleOfInterruptMessagesIsNeverUsed() {
        assertEquals(2, device.dma().limits().ranges().size());
        assertEquals(0xfedfffffL, device.dma().limits().ranges().get(0).last());
        assertEquals(0xfef00000L, device.dma().limits().ranges().get(1).first());
        try (DmaBuffer buffer = device.dma().allocate(1 << 24, DmaConstraints.addressBits(32))) {
            assertEquals(0xff000000L, buffer.deviceAddress());
            try (DmaBuffer below = device.dma().allocate(1 << 21, DmaConstraints.addressBits(32))) {
                assertEquals(0xfec00000L, below.deviceAddress());
            }
        }
    }

    @Test
    void memoryOfTheCallerIsMapped() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(8192, 4096);
            memory.set(BYTE, 4097, (byte) 3);
            DmaBuffer buffer = device.dma().map(memory, DmaConstraints.NONE);
            assertTrue(deviceReads(buffer.deviceAddress(4096), 2));
            assertEquals(3, model.memory[1]);
            buffer.close();
            assertEquals(3, memory.get(BYTE, 4097), "the memory stays the caller's");
        }
    }

    @Test
    void memoryThatCannotBeMappedIsRefused() {
        DmaConstraints none = DmaConstraints.NONE;
        assertThrows(DmaMemoryException.class, () -> device.dma().map(MemorySegment.ofArray(new byte[4096]), none));
        try (Arena arena = Arena.ofShared();
                Arena confined = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(8192, 4096);
            assertThrows(DmaConstraintException.class, () -> device.dma().map(memory.asSlice(0, 4095), none));
            assertThrows(DmaConstraintException.class, () -> device.dma().map(memory.asSlice(8, 4096), none));
            assertThrows(DmaConstraintException.class, () -> device.dma().map(memory.asSlice(0, 0), none));
            assertThrows(DmaMemoryException.class, () -> device.dma().map(memory.asReadOnly(), none));
            assertThrows(DmaMemoryException.class, () -> device.dma().map(confined.allocate(4096, 4096), none));
            device.dma()
                    .map(memory.asReadOnly(), none.withDirection(DmaDirection.TO_DEVICE))
                    .close();
        }
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena.allocate(4096, 4096);
        }
        assertThrows(IllegalStateException.class, () -> device.dma().map(closed, none));
        assertEquals(0, simulation.mappings());
    }

    @Test
    void memoryThatTheCallerFreesTooEarlyIsAFault() {
        DmaBuffer buffer;
        try (Arena arena = Arena.ofShared()) {
            buffer = device.dma().map(arena.allocate(4096, 4096), DmaConstraints.NONE);
        }
        assertEquals(false, deviceWrites(buffer.deviceAddress(), 8));
        assertFault(buffer.deviceAddress(), 8, true, DmaFault.Reason.MEMORY_FREED);
        buffer.close();
    }

    @Test
    void moreMemoryThanThereIsIsRefused() {
        try (DeviceAccess wide = Sim.open("edu", Map.of("iova-bits", "62"))) {
            DmaMemoryException thrown =
                    assertThrows(DmaMemoryException.class, () -> wide.dma().allocate(1L << 50, DmaConstraints.NONE));
            assertTrue(thrown.getMessage().contains("MaxDirectMemorySize"), thrown.getMessage());
            wide.dma().allocate(4096, DmaConstraints.NONE).close();
        }
    }

    @Test
    void aClosedBufferIsRefused() {
        DmaBuffer buffer = allocate(4096);
        MemorySegment memory = buffer.memory();
        buffer.close();
        buffer.close();
        assertThrows(IllegalStateException.class, buffer::deviceAddress);
        assertThrows(IllegalStateException.class, () -> buffer.deviceAddress(0));
        assertThrows(IllegalStateException.class, () -> memory.get(BYTE, 0));
        DmaBuffer dies = allocate(4096);
        device.close();
        assertThrows(IllegalStateException.class, dies::deviceAddress);
        assertThrows(IllegalStateException.class, () -> dies.memory().get(BYTE, 0));
        dies.close();
        assertThrows(IllegalStateException.class, () -> device.dma());
        assertEquals(0, simulation.mappings());
    }

    @Test
    void memoryInsideAnInputOperationIsFreedByTheNextClose() throws Exception {
        Pipe pipe = Pipe.open();
        DmaBuffer buffer = allocate(4096);
        long address = buffer.deviceAddress();
        ByteBuffer view = buffer.memory().asByteBuffer();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                pipe.source().read(view);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!inNativeRead(reader)) {
            Thread.sleep(1);
        }
        assertThrows(IllegalStateException.class, buffer::close);
        assertEquals(address, buffer.deviceAddress(), "nothing was closed");
        assertEquals(1, simulation.mappings());
        assertThrows(IllegalStateException.class, device::close);
        assertEquals(false, device.isOpen());
        assertEquals(0, simulation.mappings(), "the device cannot reach it any more");
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
        reader.join();
        assertDoesNotThrow(device::close);
        assertThrows(IllegalStateException.class, () -> buffer.memory().get(BYTE, 0));
        pipe.sink().close();
        pipe.source().close();
    }

    private static boolean inNativeRead(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getMethodName().startsWith("read");
    }
}
