// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** What a device demands of its memory: met, or refused. */
final class DmaConstraintTests {
    private static final long KIB = 1 << 10;
    private static final int[] ADDRESS_BITS = {64, 48, 40, 32, 28, 24};
    private static final long[] ALIGNMENTS = {1, 64, 4 * KIB, 64 * KIB, 2048 * KIB};
    private static final int SEVERAL = 6;

    @Proves("DA-DMA-005")
    void addressesHaveTheDevicesBits(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (int bits : ADDRESS_BITS) {
                DmaConstraints constraints = DmaConstraints.addressBits(bits);
                allocate(device, 12 * KIB, constraints, segment -> {
                    long last = segment.deviceAddress() + segment.length() - 1;
                    assertTrue(
                            Long.compareUnsigned(last, constraints.highestAddress()) <= 0,
                            "0x" + Long.toHexString(last) + " has more than " + bits + " bits");
                });
            }
        }
    }

    @Proves("DA-DMA-006")
    void segmentsAreAligned(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (long alignment : ALIGNMENTS) {
                DmaConstraints constraints = DmaConstraints.NONE.withAlignment(alignment);
                allocate(
                        device,
                        12 * KIB,
                        constraints,
                        segment -> assertEquals(
                                0,
                                segment.deviceAddress() & (alignment - 1),
                                "0x" + Long.toHexString(segment.deviceAddress()) + " modulo the alignment "
                                        + alignment));
            }
        }
    }

    @Proves("DA-DMA-007")
    void segmentsDoNotCross(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (long boundary : new long[] {16 * KIB, 64 * KIB}) {
                DmaConstraints constraints = DmaConstraints.NONE.withBoundary(boundary);
                allocate(device, 12 * KIB, constraints, segment -> assertWithin(segment, boundary));
                allocate(device, boundary, constraints, segment -> assertWithin(segment, boundary));
            }
        }
    }

    private static void assertWithin(DmaSegment segment, long boundary) {
        long first = segment.deviceAddress();
        long last = first + segment.length() - 1;
        assertEquals(
                Long.divideUnsigned(first, boundary),
                Long.divideUnsigned(last, boundary),
                new AddressRange(first, last) + " crosses a multiple of " + boundary);
    }

    @Proves("DA-DMA-033")
    void lowAddressesAreLeftToThoseWhoNeedThem(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaConstraints few = DmaConstraints.addressBits(20);
            List<AddressRange> ranges = device.dma().limits().ranges();
            Assumptions.assumeTrue(
                    ranges.stream().anyMatch(range -> fits(range, 4 * KIB, few))
                            && ranges.stream().anyMatch(range -> hasRoomAbove(range, few.highestAddress(), 8192 * KIB)),
                    "the ranges " + ranges + " are not both below and above 20 bits");
            try (DmaBuffer any = device.dma().allocate(512 * KIB, DmaConstraints.NONE);
                    DmaBuffer low = device.dma().allocate(4 * KIB, few)) {
                assertTrue(
                        Long.compareUnsigned(low.deviceAddress(4 * KIB - 1), few.highestAddress()) <= 0,
                        "0x" + Long.toHexString(low.deviceAddress()) + " has more than 20 bits");
                assertTrue(
                        any.segments().stream()
                                .allMatch(s -> Long.compareUnsigned(s.deviceAddress(), few.highestAddress()) > 0),
                        any.segments() + " takes addresses of 20 bits");
            } catch (DmaAddressSpaceExhaustedException e) {
                fail("512 KiB without constraints left no addresses of 20 bits: " + e.detail(), e);
            }
        }
    }

    private static boolean hasRoomAbove(AddressRange range, long address, long room) {
        long first = Long.compareUnsigned(range.first(), address) > 0 ? range.first() : address + 1;
        return Long.compareUnsigned(first, range.last()) < 0 && Long.compareUnsigned(range.last() - first, room) >= 0;
    }

    /** Allocates several buffers at a time, as the first one may fit by chance. */
    private static void allocate(
            DeviceAccess device, long size, DmaConstraints constraints, Consumer<DmaSegment> requirement) {
        List<DmaBuffer> buffers = new ArrayList<>();
        try {
            for (int i = 0; i < SEVERAL; i++) {
                DmaBuffer buffer = device.dma().allocate(size, constraints);
                buffers.add(buffer);
                buffer.segments().forEach(requirement);
            }
        } catch (DmaConstraintException | DmaAddressSpaceExhaustedException | HugepagesMissingException e) {
            // Where memory lies is not the backend's to choose without an IOMMU, nor where the ranges have no room.
            boolean room = device.dma().limits().addressKind() == AddressKind.IOVA
                    && device.dma().limits().ranges().stream().anyMatch(range -> fits(range, size, constraints));
            if (room) {
                throw e;
            }
        } finally {
            buffers.forEach(DmaBuffer::close);
        }
    }

    /** Whether a range has far more room than the buffers of a test can take. */
    private static boolean fits(AddressRange range, long size, DmaConstraints constraints) {
        long last = Long.compareUnsigned(range.last(), constraints.highestAddress()) < 0
                ? range.last()
                : constraints.highestAddress();
        long needed = (SEVERAL + 2) * Math.max(2 * size, Math.max(constraints.alignment(), constraints.boundary()));
        return Long.compareUnsigned(range.first(), last) < 0 && Long.compareUnsigned(last - range.first(), needed) > 0;
    }

    @Proves("DA-DMA-012")
    void contradictionsAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaSupport dma = device.dma();
            refused("4,096 bytes below 2^8", () -> dma.allocate(4 * KIB, DmaConstraints.addressBits(8)), "bits");
            refused(
                    "8,192 bytes within a boundary of 4,096",
                    () -> dma.allocate(8 * KIB, DmaConstraints.NONE.withBoundary(4 * KIB)),
                    "boundar");
            refused(
                    "8,192 bytes in one segment of 4,096",
                    () -> dma.allocate(8 * KIB, DmaConstraints.NONE.withSegments(1, 4 * KIB)),
                    "segment");
        }
    }

    private static void refused(String what, Action action, String limit) {
        Refusal.of(what, action, DmaConstraintException.class)
                .hasCode(ErrorCode.DMA_CONSTRAINT)
                .names(limit);
    }

    @Proves("DA-DMA-017")
    void directionIsKept(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (DmaDirection direction : DmaDirection.values()) {
                try (DmaBuffer buffer = device.dma().allocate(100, DmaConstraints.NONE.withDirection(direction))) {
                    assertEquals(direction, buffer.direction(), "the direction of the buffer");
                }
            }
        }
    }
}
