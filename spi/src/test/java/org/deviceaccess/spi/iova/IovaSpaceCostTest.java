// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.junit.jupiter.api.Test;

/** What a request costs in a space of as many mappings as the kernel allows, in nodes of the tree that are looked at. */
class IovaSpaceCostTest {
    private static final long PAGE = 4096;
    private static final int MAPPINGS = 65_535;

    /** A few walks from the root of a tree of 2^15 gaps to a leaf; all gaps would be 32,767. */
    private static final long FEW = 600;

    private static final DmaLimits LIMITS = new DmaLimits(
            AddressKind.IOVA, List.of(new AddressRange(PAGE, (1L << 39) - 1)), 0x4020_1000L, PAGE, MAPPINGS, true);

    private final IovaSpace space = new IovaSpace(LIMITS.ranges());

    private static IovaPlan plan(long size, DmaConstraints constraints) {
        return IovaPlan.of("test", size, constraints, LIMITS);
    }

    /** Leaves a gap of one page, or of three, between each two of 32,768 mappings. */
    private void fragment(int gap) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 0; i < MAPPINGS; i++) {
            long iova = space.take(plan((i % 2 == 0 ? 1 : gap) * PAGE, DmaConstraints.NONE), 0);
            if (i % 2 != 0) {
                gaps.add(iova);
            }
        }
        Collections.shuffle(gaps, new Random(1));
        gaps.forEach(iova -> space.giveBack(iova, gap * PAGE));
    }

    private long cost(Runnable request) {
        long before = space.visited();
        request.run();
        return space.visited() - before;
    }

    private long costOf(long size, DmaConstraints constraints) {
        return cost(() -> space.giveBack(
                space.take(plan(size, constraints), 0), plan(size, constraints).length()));
    }

    private static void assertFew(long visited, String what) {
        assertTrue(visited <= FEW, () -> what + " looked at " + visited + " nodes");
    }

    @Test
    void requestsThatFitNoGapAreNotLookedForInEachOfThem() {
        fragment(1);
        IovaPlan two = plan(2 * PAGE, DmaConstraints.NONE);
        for (int i = 0; i < 32_767; i++) {
            assertFew(cost(() -> space.take(two, 0)), "two pages");
        }
    }

    @Test
    void gapsThatAreLongEnoughButLieBadlyAreNotLookedAt() {
        fragment(3);
        DmaConstraints aligned = DmaConstraints.NONE.withAlignment(16 * PAGE);
        DmaConstraints bounded = DmaConstraints.NONE.withBoundary(4 * PAGE);
        costOf(3 * PAGE, aligned);
        costOf(3 * PAGE, bounded);
        for (int i = 0; i < 1_000; i++) {
            assertFew(cost(() -> space.take(plan(3 * PAGE, aligned), 0)), "aligned");
            assertFew(cost(() -> space.take(plan(3 * PAGE, bounded), 0)), "bounded");
        }
    }

    @Test
    void noNumberOfAlignmentsIsTooMany() {
        fragment(1);
        for (int round = 0; round < 3; round++) {
            for (int bit = 12; bit < 39; bit++) {
                long visited = costOf(PAGE, DmaConstraints.NONE.withAlignment(1L << bit));
                if (round > 0) {
                    assertFew(visited, "alignment of 2^" + bit);
                }
            }
        }
    }

    @Test
    void thirtyTwoBoundariesAreRememberedAndOneMoreTakesTheLeastRecentOnesPlaceAlone() {
        fragment(1);
        List<DmaConstraints> shapes = new ArrayList<>();
        for (int alignment = 12; alignment < 21; alignment++) {
            for (int boundary = alignment + 1; boundary < 21; boundary++) {
                shapes.add(DmaConstraints.NONE.withAlignment(1L << alignment).withBoundary(1L << boundary));
            }
        }
        List<DmaConstraints> known = shapes.subList(0, KnownShapes.MOST_WITH_BOUNDARY);
        List<DmaConstraints> remembered = known.subList(1, known.size());
        DmaConstraints oneMore = shapes.get(KnownShapes.MOST_WITH_BOUNDARY);
        known.forEach(shape -> costOf(PAGE, shape));
        remembered.forEach(shape -> assertFew(costOf(PAGE, shape), shape.toString()));
        long learned = costOf(PAGE, oneMore);
        assertTrue(learned > FEW, "the space is fragmented, so a shape that is not known costs " + learned);
        remembered.forEach(shape -> assertFew(costOf(PAGE, shape), shape.toString()));
        assertFew(costOf(PAGE, oneMore), "one more");
    }

    @Test
    void aRefusalCostsNoMoreThanARequest() {
        fragment(1);
        DmaConstraints few = DmaConstraints.addressBits(32);
        IovaPlan all = plan((1L << 32) - PAGE, few);
        space.take(all, 0);
        Runnable refused =
                () -> assertThrows(DmaAddressSpaceExhaustedException.class, () -> space.take(plan(PAGE, few), 0));
        refused.run();
        assertFew(cost(refused), "a refusal");
    }
}
