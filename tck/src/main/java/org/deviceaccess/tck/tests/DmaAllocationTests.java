// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.error.MemlockLimitException;
import org.deviceaccess.tck.kit.Allocations;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;

/** Memory that is allocated for DMA: its size, its contents and where the device sees it. */
final class DmaAllocationTests {
    private static final long MIB = 1 << 20;
    private static final long[] SIZES = {1, 2, 4095, 4096, 4097, 3 * 4096, 65536 + 8, MIB};
    private static final long[] ABSURD_SIZES = {
        Long.MAX_VALUE, Long.MAX_VALUE - 4095, 1L << 62, 1L << 55, (1L << 55) + 1
    };
    private static final int LIVE_BUFFERS = 24;
    private static final int USES = 1000;

    @Proves("DA-DMA-001")
    void limitsMakeSense(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaLimits limits = device.dma().limits();
            assertFalse(limits.ranges().isEmpty(), "there are no ranges");
            for (int i = 1; i < limits.ranges().size(); i++) {
                AddressRange before = limits.ranges().get(i - 1);
                AddressRange after = limits.ranges().get(i);
                assertTrue(
                        Long.compareUnsigned(before.last(), after.first()) < 0,
                        "the ranges " + before + " and " + after + " overlap or do not ascend");
            }
            assertTrue(limits.pageSizes() != 0, "there are no page sizes");
            assertEquals(Long.lowestOneBit(limits.pageSizes()), limits.pageSize(), "the smallest page size");
            assertTrue(limits.maxMappings() >= 1, "only " + limits.maxMappings() + " mappings are possible");
        }
    }

    @Proves("DA-DMA-002")
    void sizeIsWhatWasAskedFor(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (long size : SIZES) {
                try (DmaBuffer buffer = device.dma().allocate(size, DmaConstraints.NONE)) {
                    assertEquals(size, buffer.size(), "size()");
                    assertEquals(size, buffer.memory().byteSize(), "the length of memory() of " + size + " bytes");
                }
            }
        }
    }

    @Proves("DA-DMA-003")
    void memoryIsZeroed(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            // The second time round the memory, or the like of it, was used and dirtied.
            for (int round = 0; round < 2; round++) {
                for (long size : SIZES) {
                    try (DmaBuffer buffer = device.dma().allocate(size, DmaConstraints.NONE)) {
                        assertZero(buffer.memory());
                        buffer.memory().fill((byte) 0xa5);
                    }
                }
            }
        }
    }

    private static void assertZero(MemorySegment memory) {
        MemorySegment zeros = MemorySegment.ofArray(new byte[Math.toIntExact(memory.byteSize())]);
        assertEquals(-1, memory.mismatch(zeros), "the first byte that is not zero of " + memory.byteSize());
    }

    @Proves("DA-DMA-004")
    void addressesLieInTheRanges(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<AddressRange> ranges = device.dma().limits().ranges();
            for (long size : SIZES) {
                try (DmaBuffer buffer = device.dma().allocate(size, DmaConstraints.NONE)) {
                    for (DmaSegment segment : buffer.segments()) {
                        AddressRange occupied = occupied(segment);
                        assertTrue(
                                ranges.stream()
                                        .anyMatch(range ->
                                                range.contains(occupied.first()) && range.contains(occupied.last())),
                                "the device addresses " + occupied + " do not lie in one of " + ranges);
                    }
                }
            }
        }
    }

    private static AddressRange occupied(DmaSegment segment) {
        return new AddressRange(segment.deviceAddress(), segment.deviceAddress() + segment.length() - 1);
    }

    @Proves("DA-DMA-008")
    void segmentsCoverTheBuffer(TckTarget target) {
        DmaConstraints several = DmaConstraints.NONE.withSegments(16, MIB);
        try (DeviceAccess device = target.open()) {
            for (DmaConstraints constraints : List.of(DmaConstraints.NONE, several)) {
                for (long size : SIZES) {
                    try (DmaBuffer buffer = device.dma().allocate(size, constraints)) {
                        assertCovered(buffer, constraints);
                    }
                }
            }
        }
    }

    private static void assertCovered(DmaBuffer buffer, DmaConstraints constraints) {
        List<DmaSegment> segments = buffer.segments();
        assertTrue(
                !segments.isEmpty() && segments.size() <= constraints.maxSegments(),
                segments.size() + " segments, 1 to " + constraints.maxSegments() + " are allowed");
        long next = 0;
        for (DmaSegment segment : segments) {
            assertEquals(next, segment.offset(), "where a segment starts");
            assertTrue(
                    segment.length() >= 1 && segment.length() <= constraints.maxSegmentLength(),
                    "a segment of " + segment.length() + " bytes");
            long last = segment.length() - 1;
            assertEquals(segment.deviceAddress(), buffer.deviceAddress(segment.offset()), "the address of a segment");
            assertEquals(
                    segment.deviceAddress() + last,
                    buffer.deviceAddress(segment.offset() + last),
                    "the address of a segment's last byte");
            next += segment.length();
        }
        assertEquals(buffer.size(), next, "the bytes that the segments cover");
        assertEquals(buffer.deviceAddress(0), buffer.deviceAddress(), "deviceAddress()");
    }

    @Proves("DA-DMA-009")
    void offsetsOutsideAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open();
                DmaBuffer buffer = device.dma().allocate(4097, DmaConstraints.NONE)) {
            for (long offset : new long[] {-1, 4097, 8192, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertOutside(buffer, offset);
            }
        }
    }

    private static void assertOutside(DmaBuffer buffer, long offset) {
        try {
            long address = buffer.deviceAddress(offset);
            fail("deviceAddress(" + offset + ") of " + buffer.size() + " bytes returned 0x"
                    + Long.toHexString(address));
        } catch (IndexOutOfBoundsException e) {
            return;
        }
    }

    @Proves("DA-DMA-010")
    void sizeThatIsNotPositiveIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaSupport dma = device.dma();
            for (long size : new long[] {0, -1, -4096, Long.MIN_VALUE}) {
                Refusal.of(
                                "allocate(" + size + ")",
                                () -> dma.allocate(size, DmaConstraints.NONE),
                                DmaConstraintException.class)
                        .hasCode(ErrorCode.DMA_CONSTRAINT)
                        .names(size);
            }
        }
    }

    @Proves("DA-DMA-011")
    void absurdSizeIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaSupport dma = device.dma();
            for (long size : ABSURD_SIZES) {
                Refusal.of(
                        "allocate(" + size + ")",
                        () -> dma.allocate(size, DmaConstraints.NONE),
                        DmaConstraintException.class,
                        DmaAddressSpaceExhaustedException.class,
                        DmaMappingLimitException.class,
                        DmaMemoryException.class,
                        MemlockLimitException.class,
                        HugepagesMissingException.class);
                dma.allocate(MIB, DmaConstraints.NONE).close();
            }
        }
    }

    @Proves("DA-DMA-013")
    void liveBuffersDoNotOverlap(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            long page = device.dma().limits().pageSize();
            List<DmaBuffer> live = new ArrayList<>();
            for (int i = 0; i < LIVE_BUFFERS; i++) {
                // Some are closed in between, so that gaps of all sizes are filled again.
                if (i % 5 == 4) {
                    live.remove(i / 2).close();
                }
                DmaBuffer buffer = device.dma().allocate(SIZES[i % SIZES.length], DmaConstraints.NONE);
                live.forEach(other -> assertApart(buffer, other, page));
                live.add(buffer);
            }
        }
    }

    private static void assertApart(DmaBuffer one, DmaBuffer other, long page) {
        for (DmaSegment a : one.segments()) {
            for (DmaSegment b : other.segments()) {
                AddressRange first = pages(a, page);
                AddressRange second = pages(b, page);
                assertFalse(
                        first.contains(second.first()) || second.contains(first.first()),
                        "the device addresses " + first + " and " + second + " overlap");
            }
        }
    }

    private static AddressRange pages(DmaSegment segment, long page) {
        AddressRange exact = occupied(segment);
        return new AddressRange(exact.first() & -page, exact.last() | (page - 1));
    }

    @Proves("DA-DMA-014")
    void whatIsGivenBackIsUsedAgain(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (int round = 0; round < target.effort().buffers(); round++) {
                long size = SIZES[round % SIZES.length];
                DmaConstraints constraints = round % 2 == 0
                        ? DmaConstraints.NONE
                        : DmaConstraints.NONE.withAlignment(
                                device.dma().limits().pageSize());
                try (DmaBuffer buffer = device.dma().allocate(size, constraints)) {
                    buffer.memory().fill((byte) round);
                }
            }
        }
    }

    @Proves("DA-DMA-025")
    void deviceAddressAllocatesNothing(TckTarget target) throws Exception {
        try (DeviceAccess device = target.open();
                DmaBuffer buffer = device.dma().allocate(MIB, DmaConstraints.NONE)) {
            Allocations.assertNone("deviceAddress()", USES, buffer::deviceAddress);
            Allocations.assertNone("deviceAddress(offset)", USES, () -> buffer.deviceAddress(MIB / 2));
        }
    }
}
