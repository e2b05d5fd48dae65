// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FreeRangesTest {
    @Test
    void neighboursAreJoinedAgain() {
        var ranges = new FreeRanges(100);
        ranges.take(0, 10);
        ranges.take(10, 20);
        ranges.take(20, 30);
        ranges.give(0, 10);
        ranges.give(20, 30);
        assertEquals(List.of(new FreeRanges.Range(0, 10), new FreeRanges.Range(20, 100)), ranges.list());
        assertFalse(ranges.isWhole());
        ranges.give(10, 20);
        assertTrue(ranges.isWhole());
    }

    @Test
    void whatIsNotFreeCannotBeTakenNorWhatIsFreeGiven() {
        var ranges = new FreeRanges(100);
        ranges.take(20, 30);
        for (long[] range : new long[][] {{20, 30}, {25, 26}, {10, 21}, {29, 40}, {90, 101}, {5, 5}, {6, 5}}) {
            assertThrows(IllegalArgumentException.class, () -> ranges.take(range[0], range[1]));
        }
        for (long[] range : new long[][] {{10, 20}, {19, 30}, {20, 31}, {0, 100}, {-1, 5}, {25, 25}, {99, 101}}) {
            assertThrows(IllegalArgumentException.class, () -> ranges.give(range[0], range[1]));
        }
        ranges.give(20, 30);
        assertTrue(ranges.isWhole());
    }

    @Test
    void agreesWithABitmap() {
        var random = new Random(1);
        var ranges = new FreeRanges(64);
        var taken = new BitSet();
        for (int i = 0; i < 20_000; i++) {
            int start = random.nextInt(64);
            int end = start + 1 + random.nextInt(64 - start);
            int used = taken.get(start, end).cardinality();
            if (used == 0) {
                ranges.take(start, end);
                taken.set(start, end);
            } else if (used == end - start) {
                ranges.give(start, end);
                taken.clear(start, end);
            }
            var free = new BitSet();
            ranges.list().forEach(range -> free.set((int) range.start(), (int) range.end()));
            free.xor(taken);
            assertEquals(64, free.cardinality());
            assertEquals(taken.isEmpty(), ranges.isWhole());
        }
    }
}
