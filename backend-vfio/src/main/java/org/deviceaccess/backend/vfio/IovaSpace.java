// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.deviceaccess.spi.dma.AddressRange;

/**
 * The I/O virtual addresses of one device: which are free, and which suit a request.
 *
 * <p>The lowest suitable address is taken, since devices that drive few address bits can use no others. All addresses
 * are unsigned. Not safe for use by several threads.
 */
final class IovaSpace {
    /**
     * What is asked for.
     *
     * @param mapped how many bytes are mapped, a multiple of the page size
     * @param used how many of them, from the start, must meet the demands below
     * @param alignment the start is a multiple of this power of two
     * @param boundary the used bytes do not cross a multiple of this power of two; 0 where they may
     * @param highest no used byte lies above
     */
    record Request(long mapped, long used, long alignment, long boundary, long highest) {}

    private final List<AddressRange> ranges;
    // Free extents by their first address: values are their last ones. No two touch or overlap.
    private final NavigableMap<Long, Long> free;

    /**
     * Makes a space in which everything is free.
     *
     * @param ranges the addresses there are, which do not overlap
     */
    IovaSpace(List<AddressRange> ranges) {
        this.ranges = ranges;
        this.free = extents(ranges);
    }

    private static NavigableMap<Long, Long> extents(List<AddressRange> ranges) {
        NavigableMap<Long, Long> extents = new TreeMap<>(Long::compareUnsigned);
        ranges.forEach(range -> extents.put(range.first(), range.last()));
        return extents;
    }

    /** Takes addresses for a request. Returns the first of them, or nothing if no suitable ones are free. */
    Optional<Long> take(Request request) {
        Optional<Long> found = find(free, request);
        found.ifPresent(start -> {
            Map.Entry<Long, Long> extent = free.floorEntry(start);
            long first = extent.getKey();
            long last = extent.getValue();
            long end = start + request.mapped() - 1;
            free.remove(first);
            if (first != start) {
                free.put(first, start - 1);
            }
            if (last != end) {
                free.put(end + 1, last);
            }
        });
        return found;
    }

    /** Returns whether the request could be met if nothing were taken. */
    boolean possible(Request request) {
        return find(extents(ranges), request).isPresent();
    }

    /** Gives back what {@link #take} took. */
    void giveBack(long start, long mapped) {
        long first = start;
        long last = start + mapped - 1;
        Map.Entry<Long, Long> before = free.lowerEntry(start);
        Map.Entry<Long, Long> after = free.higherEntry(start);
        if (before != null && before.getValue() + 1 == start) {
            first = before.getKey();
        }
        if (after != null && last + 1 == after.getKey()) {
            last = after.getValue();
            free.remove(after.getKey());
        }
        free.put(first, last);
    }

    private static Optional<Long> find(Map<Long, Long> extents, Request request) {
        for (Map.Entry<Long, Long> extent : extents.entrySet()) {
            if (Long.compareUnsigned(extent.getKey(), request.highest()) > 0) {
                break;
            }
            Optional<Long> start = fit(extent.getKey(), extent.getValue(), request);
            if (start.isPresent()) {
                return start;
            }
        }
        return Optional.empty();
    }

    /** Returns the lowest suitable start in the extent. */
    private static Optional<Long> fit(long first, long last, Request request) {
        Optional<Long> aligned = alignUp(first, request.alignment());
        if (aligned.isPresent() && crosses(aligned.get(), request)) {
            aligned = alignUp(aligned.get(), Math.max(request.boundary(), request.alignment()));
        }
        return aligned.filter(start -> endsBy(start, request.mapped(), last))
                .filter(start -> endsBy(start, request.used(), request.highest()));
    }

    private static boolean crosses(long start, Request request) {
        long boundary = request.boundary();
        return boundary != 0 && (start & (boundary - 1)) > boundary - request.used();
    }

    private static boolean endsBy(long start, long length, long last) {
        return Long.compareUnsigned(start, last) <= 0 && Long.compareUnsigned(length - 1, last - start) <= 0;
    }

    /** Returns the lowest multiple of the power of two that is not below the address, or nothing if there is none. */
    private static Optional<Long> alignUp(long address, long alignment) {
        long rest = address & (alignment - 1);
        if (rest == 0) {
            return Optional.of(address);
        }
        long up = address - rest + alignment;
        return up == 0 ? Optional.empty() : Optional.of(up);
    }
}
