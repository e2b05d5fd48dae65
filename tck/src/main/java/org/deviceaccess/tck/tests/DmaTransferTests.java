// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.tck.device.KnownDma;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;

/** DMA that a device of known behaviour does. */
final class DmaTransferTests {
    private static final byte BACKGROUND = 0x5a;

    @Proves("DA-DMA-020")
    void deviceReadsWhatWasStored(TckTarget target) {
        KnownDma engine = target.knownDma();
        int length = Math.min(engine.maxLength(), 1024);
        DmaConstraints constraints = DmaConstraints.addressBits(engine.addressBits());
        try (DeviceAccess device = target.open();
                DmaBuffer source = device.dma().allocate(2L * 4096, constraints);
                DmaBuffer destination = device.dma().allocate(length, constraints)) {
            fill(source.memory(), 7);
            for (long offset : new long[] {0, 4096 - length / 2 & -8, 2 * 4096 - length}) {
                destination.memory().fill((byte) 0);
                engine.load(device, source.deviceAddress(offset), length);
                engine.store(device, destination.deviceAddress(), length);
                assertEquals(
                        -1,
                        destination.memory().mismatch(source.memory().asSlice(offset, length)),
                        "the first byte that the device read wrongly from offset " + offset);
            }
        }
    }

    @Proves("DA-DMA-021")
    void deviceWritesAreSeen(TckTarget target) {
        KnownDma engine = target.knownDma();
        int length = Math.min(engine.maxLength(), 512);
        long offset = 4096 - 64;
        DmaConstraints constraints = DmaConstraints.addressBits(engine.addressBits());
        try (DeviceAccess device = target.open();
                DmaBuffer source = device.dma().allocate(length, constraints);
                DmaBuffer destination = device.dma().allocate(2L * 4096, constraints)) {
            fill(source.memory(), 3);
            destination.memory().fill(BACKGROUND);
            engine.load(device, source.deviceAddress(), length);
            engine.store(device, destination.deviceAddress(offset), length);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment expected = arena.allocate(2L * 4096);
                expected.fill(BACKGROUND);
                MemorySegment.copy(source.memory(), 0, expected, offset, length);
                assertEquals(
                        -1,
                        destination.memory().mismatch(expected),
                        "the first byte that is not as the device's write at " + offset + " leaves it");
            }
        }
    }

    @Proves("DA-DMA-022")
    void deviceReachesMappedMemory(TckTarget target) {
        KnownDma engine = target.knownDma();
        DmaConstraints constraints = DmaConstraints.addressBits(engine.addressBits());
        int length = Math.min(engine.maxLength(), 256);
        try (DeviceAccess device = target.open();
                Arena arena = Arena.ofShared()) {
            long page = device.dma().limits().pageSize();
            MemorySegment memory = arena.allocate(2 * page, page);
            fill(memory.asSlice(0, length), 11);
            try (DmaBuffer buffer = device.dma().map(memory, constraints)) {
                engine.load(device, buffer.deviceAddress(), length);
                engine.store(device, buffer.deviceAddress(page), length);
            }
            assertEquals(
                    -1,
                    memory.asSlice(page, length).mismatch(memory.asSlice(0, length)),
                    "the first byte that the device copied wrongly");
        }
    }

    static void fill(MemorySegment memory, int seed) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (seed + i * 31 + (i >> 8)));
        }
    }
}
