// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which parts of a mapping are free. */
final class FreeRanges {
    /**
     * A free part.
     *
     * @param start its first byte
     * @param end one past its last byte
     */
    record Range(long start, long end) {}

    private final long length;
    // Ends by starts; no two touch each other.
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /** Makes the ranges of a mapping that is free from 0 to the length. */
    FreeRanges(long length) {
        this.length = length;
        ranges.put(0L, length);
    }

    /** Returns what is free, in ascending order. */
    List<Range> list() {
        return ranges.entrySet().stream()
                .map(entry -> new Range(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Returns whether all is free. */
    boolean isWhole() {
        Long end = ranges.get(0L);
        return end != null && end == length;
    }

    /**
     * Takes a part.
     *
     * @throws IllegalArgumentException if not all of it is free
     */
    void take(long start, long end) {
        Map.Entry<Long, Long> range = ranges.floorEntry(start);
        if (start >= end || range == null || range.getValue() < end) {
            throw new IllegalArgumentException(start + " to " + end + " is not free in " + ranges);
        }
        ranges.remove(range.getKey());
        if (range.getKey() < start) {
            ranges.put(range.getKey(), start);
        }
        if (end < range.getValue()) {
            ranges.put(end, range.getValue());
        }
    }

    /**
     * Gives a part back.
     *
     * @throws IllegalArgumentException if some of it is free
     */
    void give(long start, long end) {
        Map.Entry<Long, Long> before = ranges.lowerEntry(end);
        if (start < 0 || start >= end || end > length || (before != null && before.getValue() > start)) {
            throw new IllegalArgumentException(start + " to " + end + " was not taken from " + ranges);
        }
        long first = start;
        if (before != null && before.getValue() == start) {
            first = before.getKey();
        }
        Long joined = ranges.remove(end);
        ranges.put(first, joined == null ? end : joined);
    }

    @Override
    public String toString() {
        return "free of " + length + ": " + ranges;
    }
}
