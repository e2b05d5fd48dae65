// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.deviceaccess.spi.dma.AddressRange;

/**
 * The free device addresses, as extents. Guarded by the lock of the device.
 *
 * <p>Takes the highest addresses that fit, as Linux does, so that those low enough for devices with few address bits
 * stay free for them.
 */
final class IovaSpace {
    private final TreeMap<Long, Long> free = new TreeMap<>(); // first to last, both inside

    /** Makes a space in which all of the ranges is free; they end below 2^63. */
    IovaSpace(List<AddressRange> ranges) {
        ranges.forEach(range -> free.put(range.first(), range.last()));
    }

    /**
     * Takes addresses.
     *
     * @param length how many bytes, positive
     * @param highest the highest address that may be taken, not negative
     * @param alignment what the first address is a multiple of, a power of two
     * @param boundary a power of two of which the range crosses no multiple and that is not below the length, or 0
     * @return the first address, or nothing if no free range fits
     */
    OptionalLong take(long length, long highest, long alignment, long boundary) {
        for (Map.Entry<Long, Long> extent :
                free.headMap(highest, true).descendingMap().entrySet()) {
            long first = extent.getKey();
            long last = Math.min(extent.getValue(), highest);
            long start = place(last, length, alignment, boundary);
            if (start >= first) {
                split(first, extent.getValue(), start, start + length - 1);
                return OptionalLong.of(start);
            }
        }
        return OptionalLong.empty();
    }

    /** Gives addresses back that were taken. */
    void release(long start, long length) {
        long first = start;
        long last = start + length - 1;
        Map.Entry<Long, Long> below = free.lowerEntry(first);
        if (below != null && below.getValue() + 1 == first) {
            first = below.getKey();
        }
        Long above = free.remove(last + 1);
        if (above != null) {
            last = above;
        }
        free.put(first, last);
    }

    /** Returns the highest start at which the range ends at the last address or below it; negative if there is none. */
    private static long place(long last, long length, long alignment, long boundary) {
        long start = last - length + 1 & -alignment;
        if (boundary > 0 && start >= 0 && (start & -boundary) != (start + length - 1 & -boundary)) {
            start = ((start + length - 1 & -boundary) - length) & -alignment;
        }
        return last < length - 1 ? -1 : start;
    }

    private void split(long first, long last, long start, long end) {
        free.remove(first);
        if (start > first) {
            free.put(first, start - 1);
        }
        if (end < last) {
            free.put(end + 1, last);
        }
    }
}
