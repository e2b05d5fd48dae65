// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.junit.jupiter.api.Test;

class IovaPlanTest {
    private static final DmaLimits LIMITS = new DmaLimits(
            AddressKind.IOVA, List.of(new AddressRange(4096, (1L << 39) - 1)), 0x40201000L, 4096, 65535, true);

    private static IovaPlan plan(long size, DmaConstraints constraints) {
        return IovaPlan.of("test", size, constraints, LIMITS);
    }

    private static String refused(long size, DmaConstraints constraints) {
        return assertThrows(DmaConstraintException.class, () -> plan(size, constraints))
                .detail();
    }

    @Test
    void sizesThatMakeNoSenseAreRefusedByName() {
        assertTrue(refused(0, DmaConstraints.NONE).contains("size 0 "));
        assertTrue(refused(-5, DmaConstraints.NONE).contains("size -5 "));
        assertTrue(refused(Long.MAX_VALUE, DmaConstraints.NONE).contains("" + Long.MAX_VALUE));
    }

    @Test
    void whatIsMappedIsRoundedUpToPages() {
        assertEquals(4096, plan(1, DmaConstraints.NONE).length());
        assertEquals(4096, plan(4096, DmaConstraints.NONE).length());
        assertEquals(8192, plan(4097, DmaConstraints.NONE).length());
        assertEquals(4097, plan(4097, DmaConstraints.NONE).size());
    }

    @Test
    void oneSegmentIsTheDefault() {
        assertEquals(
                List.of(new DmaSegment(0, 0x1000, 5000)),
                plan(5000, DmaConstraints.NONE).segments(0x1000));
    }

    @Test
    void segmentsAreCutAtTheLongestLength() {
        IovaPlan plan = plan(10_000, DmaConstraints.NONE.withSegments(3, 4000));
        assertEquals(
                List.of(
                        new DmaSegment(0, 0x1000, 4000),
                        new DmaSegment(4000, 0x1000 + 4000, 4000),
                        new DmaSegment(8000, 0x1000 + 8000, 2000)),
                plan.segments(0x1000));
        assertTrue(refused(12_001, DmaConstraints.NONE.withSegments(3, 4000)).contains("4 segments"));
    }

    @Test
    void oneSegmentTooLongIsRefused() {
        assertTrue(refused(4097, DmaConstraints.NONE.withSegments(1, 4096)).contains("2 segments"));
    }

    @Test
    void aSizeBeyondTheBoundaryNeedsSegments() {
        DmaConstraints one = DmaConstraints.NONE.withBoundary(65536);
        assertTrue(refused(65537, one).contains("boundary of 65536"));
        assertEquals(1, plan(65536, one).segments(0).size());
        assertEquals(
                List.of(new DmaSegment(0, 65536, 65536), new DmaSegment(65536, 131072, 1)),
                plan(65537, one.withSegments(2, Long.MAX_VALUE)).segments(65536));
    }

    @Test
    void segmentsKeepTheirAlignment() {
        IovaPlan plan = plan(1000, DmaConstraints.NONE.withAlignment(256).withSegments(4, 300));
        plan.segments(0x1000).forEach(segment -> assertEquals(0, segment.deviceAddress() % 256));
        assertTrue(refused(1000, DmaConstraints.NONE.withAlignment(512).withSegments(9, 300))
                .contains("alignment of 512"));
        assertTrue(refused(
                        1000,
                        DmaConstraints.NONE.withAlignment(512).withBoundary(256).withSegments(9, 2048))
                .contains("boundary of 256"));
    }

    @Test
    void aSizeBeyondTheDevicesBitsIsRefusedWhateverThePlatformHas() {
        assertTrue(refused(4097, DmaConstraints.addressBits(12)).contains("12 address bits"));
        assertEquals(4096, plan(4096, DmaConstraints.addressBits(13)).size());
    }

    @Test
    void randomPlansKeepAllConstraints() {
        Random random = new Random(7);
        int planned = 0;
        for (int round = 0; round < 50_000; round++) {
            DmaConstraints constraints = new DmaConstraints(
                    13 + random.nextInt(52),
                    1L << random.nextInt(14),
                    random.nextBoolean() ? 0 : 1L << random.nextInt(18),
                    1 + random.nextInt(64),
                    1 + random.nextInt(70_000),
                    DmaDirection.BIDIRECTIONAL);
            long size = 1 + random.nextInt(200_000);
            IovaPlan plan;
            try {
                plan = plan(size, constraints);
            } catch (DmaConstraintException refused) {
                continue;
            }
            long iova = new IovaSpace(LIMITS.ranges()).take(plan, 0);
            planned++;
            check(plan.segments(iova), iova, size, constraints);
        }
        assertTrue(planned > 5_000, "plans that could be met: " + planned);
    }

    private static void check(List<DmaSegment> segments, long iova, long size, DmaConstraints constraints) {
        assertTrue(segments.size() <= constraints.maxSegments(), () -> segments.size() + " of " + constraints);
        long offset = 0;
        for (DmaSegment segment : segments) {
            assertEquals(offset, segment.offset());
            assertEquals(iova + offset, segment.deviceAddress());
            assertEquals(0, segment.deviceAddress() % constraints.alignment());
            assertTrue(segment.length() >= 1 && segment.length() <= constraints.maxSegmentLength());
            long last = segment.deviceAddress() + segment.length() - 1;
            assertTrue(Long.compareUnsigned(last, constraints.highestAddress()) <= 0);
            if (constraints.boundary() != 0) {
                assertEquals(segment.deviceAddress() / constraints.boundary(), last / constraints.boundary());
            }
            offset += segment.length();
        }
        assertEquals(size, offset);
    }
}
