// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is in pieces for the device, where its constraints allow it. */
class ScatterTest {
    private static final int PAGE = 4096;
    private static final DmaConstraints ANY = DmaConstraints.NONE.withSegments(Integer.MAX_VALUE, Long.MAX_VALUE);

    private final TestModel model = new TestModel();
    private final DeviceAccess device = Sim.open(model, Map.of("scatter", "true"));
    private final Region bar = device.region(RegionId.BAR0);
    private final Simulation simulation = device.unwrap(Simulation.class).orElseThrow();

    @AfterEach
    void close() {
        device.close();
    }

    private boolean deviceReads(long address, long length) {
        bar.write64(TestModel.DMA_ADDRESS, address);
        bar.write64(TestModel.DMA_LENGTH, length);
        bar.write64(TestModel.DMA_GO, 0);
        return bar.read64(TestModel.DMA_GO) == 1;
    }

    @Test
    void eachPageIsAPieceAndNoTwoAreContiguous() {
        try (DmaBuffer buffer = device.dma().allocate(5 * PAGE + 100, ANY)) {
            List<DmaSegment> segments = buffer.segments();
            assertEquals(6, segments.size());
            assertEquals(100, segments.get(5).length());
            for (int i = 1; i < 6; i++) {
                assertTrue(
                        segments.get(i).deviceAddress() != segments.get(i - 1).deviceAddress() + PAGE);
            }
            for (DmaSegment segment : segments) {
                buffer.memory().set(ValueLayout.JAVA_BYTE, segment.offset(), (byte) (segment.offset() / PAGE + 1));
                assertEquals(segment.deviceAddress(), buffer.deviceAddress(segment.offset()));
                assertEquals(segment.deviceAddress() + 99, buffer.deviceAddress(segment.offset() + 99));
            }
            assertEquals(segments.get(0).deviceAddress(), buffer.deviceAddress());
            for (DmaSegment segment : segments) {
                assertTrue(deviceReads(segment.deviceAddress(), segment.length()));
                assertEquals(segment.offset() / PAGE + 1, model.memory[0]);
            }
            assertEquals(6, simulation.mappings());
            assertTrue(!deviceReads(segments.get(0).deviceAddress(), PAGE + 1), "there is nothing behind a piece");
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void onePieceStaysOne() {
        try (DmaBuffer buffer = device.dma().allocate(5 * PAGE, DmaConstraints.NONE)) {
            assertEquals(List.of(new DmaSegment(0, buffer.deviceAddress(), 5 * PAGE)), buffer.segments());
        }
        try (DmaBuffer buffer = device.dma().allocate(PAGE, ANY)) {
            assertEquals(1, buffer.segments().size());
        }
    }

    @Test
    void memoryOfTheCallerIsScatteredToo() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(3 * PAGE, PAGE);
            memory.set(ValueLayout.JAVA_BYTE, 2 * PAGE, (byte) 9);
            try (DmaBuffer buffer = device.dma().map(memory, ANY)) {
                assertEquals(3, buffer.segments().size());
                assertTrue(deviceReads(buffer.deviceAddress(2 * PAGE), 1));
                assertEquals(9, model.memory[0]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyConstraintIsKept(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            long size = 1 + random.nextInt(200_000);
            DmaConstraints constraints = DmaConstraints.addressBits(24 + random.nextInt(16))
                    .withAlignment(1L << random.nextInt(15))
                    .withBoundary(random.nextBoolean() ? 0 : 1L << 9 + random.nextInt(10))
                    .withSegments(1 + random.nextInt(100), 1 + random.nextInt(100_000));
            DmaBuffer buffer;
            try {
                buffer = device.dma().allocate(size, constraints);
            } catch (DmaConstraintException e) {
                assertThrows(
                        DmaConstraintException.class, () -> unscattered(size, constraints), constraints.toString());
                continue;
            }
            assertKept(buffer, size, constraints);
            buffer.close();
        }
        assertEquals(0, simulation.mappings());
    }

    private static void unscattered(long size, DmaConstraints constraints) {
        try (DeviceAccess plain = Sim.open("edu")) {
            plain.dma().allocate(size, constraints).close();
        }
    }

    private static void assertKept(DmaBuffer buffer, long size, DmaConstraints constraints) {
        long offset = 0;
        for (DmaSegment segment : buffer.segments()) {
            String what = segment + " of " + size + " for " + constraints;
            assertEquals(offset, segment.offset(), what);
            assertTrue(segment.length() > 0 && segment.length() <= constraints.maxSegmentLength(), what);
            assertEquals(0, segment.deviceAddress() & constraints.alignment() - 1, what);
            long last = segment.deviceAddress() + segment.length() - 1;
            assertTrue(last <= constraints.highestAddress(), what);
            if (constraints.boundary() > 0) {
                assertEquals(segment.deviceAddress() & -constraints.boundary(), last & -constraints.boundary(), what);
            }
            assertEquals(last, buffer.deviceAddress(offset + segment.length() - 1), what);
            offset += segment.length();
        }
        assertEquals(size, offset);
        assertTrue(buffer.segments().size() <= constraints.maxSegments());
        assertTrue(buffer.segments().size() > 1 || constraints.maxSegments() == 1 || size <= PAGE);
    }

    @Test
    void fewPiecesAreLongOnes() {
        try (DmaBuffer buffer = device.dma().allocate(16 * PAGE, ANY.withSegments(5, Long.MAX_VALUE))) {
            assertEquals(4, buffer.segments().size());
            assertTrue(buffer.segments().stream().allMatch(segment -> segment.length() == 4 * PAGE));
        }
    }

    @Test
    void piecesTakeMappingsAndAddressesAndGiveThemBack() {
        try (DeviceAccess small = Sim.open("edu", Map.of("scatter", "true", "max-mappings", "4", "iova-bits", "16"))) {
            Simulation outside = small.unwrap(Simulation.class).orElseThrow();
            assertThrows(DmaMappingLimitException.class, () -> small.dma().allocate(5 * PAGE, ANY));
            assertEquals(0, outside.mappings());
            DmaBuffer fits = small.dma().allocate(4 * PAGE, ANY);
            assertThrows(DmaMappingLimitException.class, () -> small.dma().allocate(1, ANY));
            fits.close();
            DmaConstraints apart = ANY.withAlignment(4 * PAGE);
            small.dma().allocate(3 * PAGE, apart).close();
            assertThrows(
                    DmaAddressSpaceExhaustedException.class, () -> small.dma().allocate(4 * PAGE, apart));
            small.dma().allocate(15 * PAGE, DmaConstraints.NONE).close();
            assertEquals(0, outside.mappings(), "what had been taken was given back");
        }
    }
}
