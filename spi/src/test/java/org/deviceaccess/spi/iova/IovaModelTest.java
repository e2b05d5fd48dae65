// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The space against the simplest allocator there is: it looks at every page, from the highest one down. */
class IovaModelTest {
    private static final long PAGE = 4096;
    private static final long GIB4 = 1L << 32;
    private static final List<AddressRange> RANGES = List.of(
            pages(1, 120),
            pages(200, 230),
            pages(GIB4 / PAGE - 20, 70),
            pages(GIB4 / PAGE + 60, 101),
            pages((1L << 48) / PAGE - 30, 60),
            new AddressRange(-40 * PAGE, -1));
    private static final DmaLimits LIMITS = new DmaLimits(AddressKind.IOVA, RANGES, 0x15000, PAGE, 65535, true);

    private static final DmaLimits ANYWHERE =
            new DmaLimits(AddressKind.IOVA, List.of(new AddressRange(0, -1)), 0x15000, PAGE, 65535, true);

    private static AddressRange pages(long first, long count) {
        return new AddressRange(first * PAGE, (first + count) * PAGE - 1);
    }

    private record Taken(long iova, IovaPlan plan) {}

    /** All pages there are, ascending, and whether each is free. */
    private static final class Model {
        private final List<Long> pages = new ArrayList<>();
        private final boolean[] free;
        private final boolean[] begins;

        Model() {
            List<Integer> starts = new ArrayList<>();
            for (AddressRange range : RANGES) {
                starts.add(pages.size());
                for (long page = range.first(); page != range.last() + 1; page += PAGE) {
                    pages.add(page);
                }
            }
            free = new boolean[pages.size()];
            Arrays.fill(free, true);
            begins = new boolean[pages.size()];
            starts.forEach(start -> begins[start] = true);
        }

        void mark(long iova, long length, boolean isFree) {
            int at = pages.indexOf(iova);
            for (int i = 0; i < length / PAGE; i++) {
                assertEquals(iova + i * PAGE, pages.get(at + i), "inside of a range");
                assertEquals(!isFree, free[at + i], "handed out once");
                free[at + i] = isFree;
            }
        }

        /** Returns where the plan goes, or nothing. */
        Long place(IovaPlan plan, long memory) {
            int[] room = new int[free.length];
            for (int i = free.length - 1; i >= 0; i--) {
                boolean goesOn = i + 1 < free.length && !begins[i + 1];
                room[i] = free[i] ? 1 + (goesOn ? room[i + 1] : 0) : 0;
            }
            // Above 4 GiB with up to 48 bits, above 4 GiB, anywhere.
            for (AddressRange zone : List.of(
                    new AddressRange(GIB4, (1L << 48) - 1), new AddressRange(GIB4, -1), new AddressRange(0, -1))) {
                for (long size : new long[] {0x10000, 0x4000, PAGE}) {
                    if (size > PAGE && size > plan.length()) {
                        continue;
                    }
                    Long found = place(plan, memory & (size - 1), size, zone, room);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return null;
        }

        private Long place(IovaPlan plan, long into, long size, AddressRange zone, int[] room) {
            DmaConstraints c = plan.constraints();
            long boundary = c.boundary();
            // A buffer that has no whole page of this size is not laid out for it.
            if (into != 0 && size > PAGE && plan.length() < size - into + size) {
                return null;
            }
            for (int i = pages.size() - 1; i >= 0; i--) {
                long start = pages.get(i);
                long iova = start + into;
                long end = iova + plan.length() - 1;
                long used = iova + plan.size() - 1;
                boolean cut = boundary != 0 && plan.size() > boundary;
                if (start % size == 0
                        && room[i] * PAGE >= into + plan.length()
                        && iova % c.alignment() == 0
                        && zone.contains(iova)
                        && zone.contains(end)
                        && Long.compareUnsigned(used, c.highestAddress()) <= 0
                        && (!cut || iova % boundary == 0)
                        && (cut || boundary == 0 || (start & -boundary) == (used & -boundary))) {
                    return iova;
                }
            }
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreesWithTheSimplestAllocator(long seed) {
        Random random = new Random(seed);
        IovaSpace space = new IovaSpace(RANGES);
        Model model = new Model();
        Model empty = new Model();
        List<Taken> taken = new ArrayList<>();
        int exhausted = 0;
        for (int round = 0; round < 4_000; round++) {
            // It fills and empties by turns.
            if (random.nextInt(100) < (round / 400 % 2 == 0 ? 15 : 65) && !taken.isEmpty()) {
                giveBack(space, model, taken.remove(random.nextInt(taken.size())));
                continue;
            }
            IovaPlan plan = plan(random);
            if (plan == null) {
                continue;
            }
            if (empty.place(plan, 0) == null) {
                assertThrows(DmaConstraintException.class, () -> replan(plan, LIMITS));
                continue;
            }
            replan(plan, LIMITS);
            long memory = random.nextBoolean() ? 0 : random.nextInt(64) * PAGE;
            Long expected = model.place(plan, memory);
            if (expected != null) {
                long iova = space.take(plan, memory);
                assertEquals(
                        Long.toHexString(expected),
                        Long.toHexString(iova),
                        () -> plan.constraints() + " " + plan.size());
                check(plan, iova);
                model.mark(iova, plan.length(), false);
                taken.add(new Taken(iova, plan));
            } else {
                assertThrows(DmaAddressSpaceExhaustedException.class, () -> space.take(plan, memory));
                exhausted++;
            }
        }
        assertTrue(exhausted > 100, "the space was full " + exhausted + " times");
        taken.forEach(back -> giveBack(space, model, back));
        // All of it joined again: each range, the longest first, is there as a whole.
        RANGES.stream()
                .map(range -> range.last() - range.first() + 1)
                .sorted(Comparator.reverseOrder())
                .forEach(size -> space.take(IovaPlan.of("take all", size, DmaConstraints.NONE, LIMITS), PAGE));
    }

    private static void giveBack(IovaSpace space, Model model, Taken back) {
        model.mark(back.iova, back.plan.length(), true);
        space.giveBack(back.iova, back.plan.length());
        assertThrows(IllegalArgumentException.class, () -> space.giveBack(back.iova, back.plan.length()));
    }

    private static IovaPlan replan(IovaPlan plan, DmaLimits limits) {
        return IovaPlan.of("test", plan.size(), plan.constraints(), limits);
    }

    /** Returns a plan that does not contradict itself, whether or not the ranges have a place for it, or nothing. */
    private static IovaPlan plan(Random random) {
        DmaConstraints constraints = new DmaConstraints(
                random.nextInt(3) > 0 ? 64 : 13 + random.nextInt(40),
                1L << (random.nextBoolean() ? 0 : random.nextInt(18)),
                random.nextBoolean() ? 0 : 1L << (10 + random.nextInt(10)),
                random.nextBoolean() ? 1 : 1 + random.nextInt(64),
                random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(50_000),
                DmaDirection.BIDIRECTIONAL);
        long size = 1 + random.nextInt((int) (random.nextInt(4) == 0 ? 60 * PAGE : 9 * PAGE));
        try {
            return IovaPlan.of("test", size, constraints, ANYWHERE);
        } catch (DmaConstraintException refused) {
            return null;
        }
    }

    private static void check(IovaPlan plan, long iova) {
        DmaConstraints constraints = plan.constraints();
        long offset = 0;
        for (DmaSegment segment : plan.segments(iova)) {
            long last = segment.deviceAddress() + segment.length() - 1;
            assertEquals(offset, segment.offset());
            assertEquals(0, segment.deviceAddress() % constraints.alignment());
            assertTrue(segment.length() <= constraints.maxSegmentLength());
            assertTrue(Long.compareUnsigned(last, constraints.highestAddress()) <= 0);
            assertTrue(constraints.boundary() == 0
                    || (segment.deviceAddress() & -constraints.boundary()) == (last & -constraints.boundary()));
            offset += segment.length();
        }
        assertEquals(plan.size(), offset);
        assertTrue(plan.segments(iova).size() <= constraints.maxSegments());
    }
}
