// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;

/** Buffers in use and after, and what they turn on in the device. */
final class DmaLifeTests {
    @Proves("DA-DMA-015")
    void everyThreadCanUseABuffer(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open();
                DmaBuffer buffer = device.dma().allocate(4097, DmaConstraints.NONE);
                Race race = new Race()) {
            MemorySegment memory = buffer.memory();
            memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            race.run("another thread that uses the memory", () -> {
                assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, 0), "what the first thread stored");
                memory.set(ValueLayout.JAVA_BYTE, 4096, (byte) 2);
            });
            assertEquals(2, memory.get(ValueLayout.JAVA_BYTE, 4096), "what the other thread stored");
        }
    }

    @Proves("DA-DMA-016")
    void closedBufferRefusesUse(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaBuffer buffer = device.dma().allocate(4097, DmaConstraints.NONE);
            MemorySegment memory = buffer.memory();
            buffer.close();
            Refusal.closed("reading the memory", () -> memory.get(ValueLayout.JAVA_BYTE, 0));
            Refusal.closed("writing the memory", () -> memory.set(ValueLayout.JAVA_BYTE, 4096, (byte) 1));
            Refusal.closed("deviceAddress()", buffer::deviceAddress);
            Refusal.closed("deviceAddress(offset)", () -> buffer.deviceAddress(1));
            assertDoesNotThrow(buffer::close, "the second close()");
        }
    }

    @Proves("DA-DMA-018")
    void callersMemoryIsMapped(TckTarget target) {
        try (DeviceAccess device = target.open();
                Arena arena = Arena.ofShared()) {
            long page = device.dma().limits().pageSize();
            MemorySegment memory = arena.allocate(2 * page, page);
            fillWithOffsets(memory);
            DmaBuffer buffer = device.dma().map(memory, DmaConstraints.NONE);
            try (buffer) {
                assertEquals(memory.address(), buffer.memory().address(), "the address of memory()");
                assertEquals(memory.byteSize(), buffer.memory().byteSize(), "the length of memory()");
                assertEquals(memory.byteSize(), buffer.size(), "size()");
                assertOffsets(memory);
                buffer.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 0x7f);
                assertEquals(0x7f, memory.get(ValueLayout.JAVA_BYTE, 0), "what was stored through the buffer");
                memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
            }
            assertOffsets(memory);
            Refusal.closed("deviceAddress() of a closed buffer", buffer::deviceAddress);
        }
    }

    private static void fillWithOffsets(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
    }

    private static void assertOffsets(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != (byte) i) {
                assertEquals((byte) i, memory.get(ValueLayout.JAVA_BYTE, i), "the caller's memory at " + i);
            }
        }
    }

    @Proves("DA-DMA-019")
    void memoryThatCannotBeMappedIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open();
                Arena arena = Arena.ofShared()) {
            DmaSupport dma = device.dma();
            long page = dma.limits().pageSize();
            MemorySegment memory = arena.allocate(2 * page, page);
            unmappable(dma, "empty memory", memory.asSlice(0, 0));
            unmappable(dma, "memory off a page", memory.asSlice(page / 2, page));
            unmappable(dma, "a page and a half", memory.asSlice(0, page + page / 2));
            Refusal.of(
                            "map() of memory on the Java heap",
                            () -> dma.map(MemorySegment.ofArray(new byte[(int) page]), DmaConstraints.NONE),
                            DmaMemoryException.class)
                    .hasCode(ErrorCode.DMA_MEMORY);
            MemorySegment closed = closedMemory(page);
            Refusal.closed("map() of memory", () -> dma.map(closed, DmaConstraints.NONE));
            dma.map(memory, DmaConstraints.NONE).close();
        }
    }

    @Proves("DA-DMA-031")
    void memoryOfOneThreadIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open();
                Arena confined = Arena.ofConfined()) {
            DmaSupport dma = device.dma();
            long page = dma.limits().pageSize();
            MemorySegment memory = confined.allocate(page, page);
            Refusal.of(
                            "map() of memory of a confined arena",
                            () -> dma.map(memory, DmaConstraints.NONE),
                            DmaMemoryException.class)
                    .hasCode(ErrorCode.DMA_MEMORY);
        }
    }

    private static MemorySegment closedMemory(long size) {
        try (Arena arena = Arena.ofShared()) {
            return arena.allocate(size, size);
        }
    }

    private static void unmappable(DmaSupport dma, String what, MemorySegment memory) {
        Refusal.of("map() of " + what, () -> dma.map(memory, DmaConstraints.NONE), DmaConstraintException.class)
                .hasCode(ErrorCode.DMA_CONSTRAINT);
    }

    @Proves("DA-DMA-023")
    void busMasteringIsOn(TckTarget target) {
        try (DeviceAccess device = target.open();
                DmaBuffer buffer = device.dma().allocate(1, DmaConstraints.NONE)) {
            assertNotEquals(
                    0,
                    ConfigTests.command(device) & PciHeader.COMMAND_MASTER,
                    "bus mastering with the buffer at 0x" + Long.toHexString(buffer.deviceAddress()));
        }
    }

    @Proves("DA-DMA-024")
    void busMasteringIsOffAfterClosing(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            device.dma().allocate(1, DmaConstraints.NONE).close();
        }
        try (DeviceAccess device = target.open()) {
            assertEquals(
                    0,
                    ConfigTests.command(device) & PciHeader.COMMAND_MASTER,
                    "bus mastering of a device that was closed and opened again");
        }
    }
}
