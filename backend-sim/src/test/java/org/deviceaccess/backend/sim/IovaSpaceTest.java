// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.deviceaccess.spi.dma.AddressRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The allocator against the simplest one there is: a bit for each address. */
class IovaSpaceTest {
    private static final int SPACE = 512;

    private record Taken(long start, long length) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void takesTheHighestPlaceThatFits(long seed) {
        Random random = new Random(seed);
        IovaSpace space = new IovaSpace(List.of(new AddressRange(3, 200), new AddressRange(230, SPACE - 1)));
        BitSet free = new BitSet(SPACE);
        free.set(3, 201);
        free.set(230, SPACE);
        List<Taken> taken = new ArrayList<>();
        for (int round = 0; round < 20_000; round++) {
            if (random.nextInt(100) < 45 && !taken.isEmpty()) {
                Taken back = taken.remove(random.nextInt(taken.size()));
                space.release(back.start, back.length);
                free.set((int) back.start, (int) (back.start + back.length));
                continue;
            }
            int length = 1 + random.nextInt(40);
            long highest = random.nextInt(SPACE + 100);
            int alignment = 1 << random.nextInt(6);
            int boundary = random.nextBoolean() ? 0 : Integer.highestOneBit(2 * length - 1) << random.nextInt(3);
            OptionalLong expected = simplest(free, length, highest, alignment, boundary);
            assertEquals(expected, space.take(length, highest, alignment, boundary));
            expected.ifPresent(start -> {
                free.clear((int) start, (int) start + length);
                taken.add(new Taken(start, length));
            });
        }
        taken.forEach(back -> space.release(back.start, back.length));
        assertEquals(OptionalLong.of(230), space.take(SPACE - 230, SPACE - 1, 1, 0), "all of it joined again");
    }

    /** The highest start in the highest extent of free addresses that has one. */
    private static OptionalLong simplest(BitSet free, int length, long highest, int alignment, int boundary) {
        for (long start = SPACE - length; start >= 0; start--) {
            long last = start + length - 1;
            boolean crosses = boundary > 0 && start / boundary != last / boundary;
            boolean allFree = free.nextClearBit((int) start) > last;
            if (last <= highest && start % alignment == 0 && !crosses && allFree) {
                return OptionalLong.of(start);
            }
        }
        return OptionalLong.empty();
    }

    @Test
    void addressesNearTheEndOfTheSpaceDoNotOverflow() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(4096, (1L << 62) - 1)));
        assertEquals(OptionalLong.of((1L << 62) - 4096), space.take(4096, Long.MAX_VALUE, 4096, 0));
        assertEquals(OptionalLong.empty(), space.take(1L << 62, Long.MAX_VALUE, 4096, 0));
        assertEquals(OptionalLong.of(1L << 61), space.take(4096, Long.MAX_VALUE, 1L << 61, 0));
        assertEquals(OptionalLong.empty(), space.take(4096, Long.MAX_VALUE, 1L << 62, 0));
    }
}
