// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.deviceaccess.backend.vfio.IovaSpace.Request;
import org.deviceaccess.spi.dma.AddressRange;
import org.junit.jupiter.api.Test;

class IovaSpaceTest {
    private static final long PAGE = 4096;
    private static final List<AddressRange> INTEL =
            List.of(new AddressRange(PAGE, 0xfedf_ffffL), new AddressRange(0xfef0_0000L, 0x7f_ffff_ffffL));

    private static Request pages(long count) {
        return new Request(count * PAGE, count * PAGE, PAGE, 0, -1);
    }

    @Test
    void theLowestFreeAddressesAreTaken() {
        IovaSpace space = new IovaSpace(INTEL);
        assertEquals(Optional.of(PAGE), space.take(pages(1)));
        assertEquals(Optional.of(2 * PAGE), space.take(pages(3)));
        assertEquals(Optional.of(5 * PAGE), space.take(pages(1)));
    }

    @Test
    void whatIsGivenBackIsTakenAgainAndMergesWithItsNeighbours() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(PAGE, 5 * PAGE - 1)));
        long a = space.take(pages(1)).orElseThrow();
        long b = space.take(pages(2)).orElseThrow();
        long c = space.take(pages(1)).orElseThrow();
        assertEquals(Optional.empty(), space.take(pages(1)));
        space.giveBack(b, 2 * PAGE);
        assertEquals(Optional.empty(), space.take(pages(3)));
        assertEquals(Optional.of(b), space.take(pages(2)));
        space.giveBack(a, PAGE);
        space.giveBack(c, PAGE);
        space.giveBack(b, 2 * PAGE);
        assertEquals(Optional.of(PAGE), space.take(pages(4)));
    }

    @Test
    void noRangeIsCrossed() {
        IovaSpace space = new IovaSpace(INTEL);
        long size = 0xfee0_0000L;
        assertEquals(Optional.of(0xfef0_0000L), space.take(new Request(size, size, PAGE, 0, -1)));
    }

    @Test
    void theHighestAddressOfTheDeviceBoundsWhatIsUsedNotWhatIsMapped() {
        IovaSpace space = new IovaSpace(INTEL);
        assertEquals(Optional.of(PAGE), space.take(new Request(PAGE, 100, PAGE, 0, PAGE + 99)));
        assertEquals(Optional.empty(), new IovaSpace(INTEL).take(new Request(PAGE, 101, PAGE, 0, PAGE + 99)));
        assertFalse(space.possible(new Request(PAGE, 100, PAGE, 0, PAGE - 1)));
    }

    @Test
    void theLastAddressOf64BitsCanBeUsed() {
        long top = -PAGE;
        IovaSpace space = new IovaSpace(List.of(new AddressRange(top, -1)));
        assertEquals(Optional.of(top), space.take(pages(1)));
        assertEquals(Optional.empty(), space.take(pages(1)));
        space.giveBack(top, PAGE);
        assertEquals(Optional.of(top), space.take(pages(1)));
    }

    @Test
    void alignmentPastTheEndOf64BitsFindsNothing() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(-2 * PAGE + 1, -1)));
        assertEquals(Optional.empty(), space.take(new Request(PAGE, PAGE, 1L << 40, 0, -1)));
    }

    @Test
    void boundariesAreNotCrossed() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(3 * PAGE, 100 * PAGE)));
        assertEquals(Optional.of(4 * PAGE), space.take(new Request(2 * PAGE, 2 * PAGE, PAGE, 4 * PAGE, -1)));
        // The page that was passed over is still free for what does not need two.
        assertEquals(Optional.of(3 * PAGE), space.take(new Request(PAGE, PAGE, PAGE, 4 * PAGE, -1)));
        // Longer than a boundary: starts at one.
        assertEquals(Optional.of(8 * PAGE), space.take(new Request(5 * PAGE, 5 * PAGE, PAGE, 4 * PAGE, -1)));
    }

    @Test
    void randomTakingAndGivingBackNeverOverlapsAndLosesNothing() {
        Random random = new Random(42);
        List<AddressRange> ranges =
                List.of(new AddressRange(PAGE, 200 * PAGE - 1), new AddressRange(256 * PAGE, 600 * PAGE - 1));
        IovaSpace space = new IovaSpace(ranges);
        Map<Long, Long> taken = new HashMap<>();
        for (int round = 0; round < 20_000; round++) {
            if (random.nextBoolean() || taken.isEmpty()) {
                long used = 1 + random.nextInt((int) (20 * PAGE));
                Request request = new Request(
                        Math.ceilDiv(used, PAGE) * PAGE,
                        used,
                        PAGE << random.nextInt(4),
                        random.nextBoolean() ? 0 : PAGE << random.nextInt(6),
                        random.nextBoolean() ? -1 : 400 * PAGE - 1);
                space.take(request).ifPresent(start -> {
                    check(request, start, ranges);
                    taken.forEach((otherStart, otherSize) -> assertTrue(
                            start + request.mapped() <= otherStart || otherStart + otherSize <= start,
                            () -> "overlap at " + start));
                    taken.put(start, request.mapped());
                });
            } else {
                List<Long> starts = new ArrayList<>(taken.keySet());
                long start = starts.get(random.nextInt(starts.size()));
                space.giveBack(start, taken.remove(start));
            }
        }
        taken.forEach(space::giveBack);
        assertEquals(Optional.of(PAGE), space.take(pages(199)));
        assertEquals(Optional.of(256 * PAGE), space.take(pages(344)));
        assertEquals(Optional.empty(), space.take(pages(1)));
    }

    private static void check(Request request, long start, List<AddressRange> ranges) {
        assertEquals(0, start % request.alignment());
        assertTrue(start + request.used() - 1 <= request.highest() || request.highest() == -1);
        assertTrue(ranges.stream().anyMatch(r -> r.contains(start) && r.contains(start + request.mapped() - 1)));
        if (request.boundary() != 0 && request.used() <= request.boundary()) {
            assertEquals(start / request.boundary(), (start + request.used() - 1) / request.boundary());
        }
    }
}
