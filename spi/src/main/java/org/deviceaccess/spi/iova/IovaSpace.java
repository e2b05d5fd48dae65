// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;

/**
 * The I/O virtual addresses of one device: which are free, and which suit a request. All addresses are unsigned.
 *
 * <p>Takes the highest addresses that suit, and those above 4 GiB before those below, which many devices can use no
 * others than. Not safe for use by several threads.
 */
public final class IovaSpace {
    /**
     * Where places are looked for, in this order. Page tables of four levels of 9 bits over pages of 4 KiB reach 48 bits;
     * for addresses above, an IOMMU that can translate them goes through more levels.
     */
    private static final List<AddressRange> ZONES = List.of(
            new AddressRange(1L << 32, (1L << 48) - 1), new AddressRange(1L << 32, -1), new AddressRange(0, -1));

    private final List<AddressRange> ranges;
    private final Set<Long> starts = new HashSet<>();
    private final FreeExtents free;
    private int taken;

    /**
     * Makes a space in which all is free.
     *
     * @param ranges the addresses there are, as {@link org.deviceaccess.spi.dma.DmaLimits#ranges()} has them
     * @throws IllegalArgumentException if they overlap or do not ascend
     */
    public IovaSpace(List<AddressRange> ranges) {
        this.ranges = List.copyOf(ranges);
        AddressRange before = null;
        for (AddressRange range : this.ranges) {
            if (before != null && Long.compareUnsigned(before.last(), range.first()) >= 0) {
                throw new IllegalArgumentException("ranges overlap or do not ascend: " + before + " and " + range);
            }
            before = range;
            starts.add(range.first());
        }
        this.free = new FreeExtents(this.ranges);
    }

    /**
     * Takes addresses for a request.
     *
     * @param plan the request
     * @param memory where the memory lies in the process, or 0 for memory that will be aligned to what the IOMMU has for
     *     pages of its size; the addresses are alike in their low bits where that lets the IOMMU map larger pages
     * @return the first address
     * @throws DmaAddressSpaceExhaustedException if all suitable addresses are taken; names what clashes
     */
    public long take(IovaPlan plan, long memory) {
        long start = find(plan, memory).orElseThrow(() -> Clash.exhausted(plan, free, taken));
        long end = start + plan.length() - 1;
        AddressRange extent = free.floor(start);
        if (extent == null || Long.compareUnsigned(extent.last(), end) < 0) {
            throw new AssertionError("found a place that is not free at 0x" + Long.toHexString(start));
        }
        if (extent.first() == start) {
            free.remove(start);
        } else {
            free.setLast(extent.first(), start - 1);
        }
        if (extent.last() != end) {
            free.add(end + 1, extent.last());
        }
        taken++;
        return start;
    }

    private OptionalLong find(IovaPlan plan, long memory) {
        for (AddressRange zone : ZONES) {
            if (Long.compareUnsigned(plan.highest(), zone.first()) < 0) {
                continue;
            }
            long highest = Long.compareUnsigned(plan.highest(), zone.last()) < 0 ? plan.highest() : zone.last();
            for (long pages = plan.largerPages(); pages != 0; pages &= ~Long.highestOneBit(pages)) {
                OptionalLong start = findForPages(plan, memory, Long.highestOneBit(pages), highest);
                if (start.isPresent() && zone.contains(start.getAsLong())) {
                    return start;
                }
            }
            OptionalLong start = free.find(plan.length(), plan.shape(), highest);
            if (start.isPresent() && zone.contains(start.getAsLong())) {
                return start;
            }
        }
        return OptionalLong.empty();
    }

    /** Looks for a place in which the IOMMU can map the memory with pages of this size. */
    private OptionalLong findForPages(IovaPlan plan, long memory, long page, long highest) {
        Shape shape = plan.shape();
        long into = memory & (page - 1);
        if (into == 0) {
            Shape aligned = plan.shape(
                    Math.max(page, shape.alignment()), plan.constraints().boundary());
            return free.find(plan.length(), aligned, highest);
        }
        // The memory starts inside of such a page, so a place for all of the page will do.
        long padded = plan.length() + into;
        boolean holdsOne = plan.length() - page >= page - into;
        boolean keepsAlignment = shape.alignment() <= page && (into & (shape.alignment() - 1)) == 0;
        boolean keepsBoundary = shape.boundary() == 0 || padded <= shape.boundary();
        if (padded < 0 || !holdsOne || !keepsAlignment || !keepsBoundary) {
            return OptionalLong.empty();
        }
        OptionalLong start =
                free.find(padded, new Shape(page, shape.boundary() > page ? shape.boundary() : 0), highest);
        return start.isPresent() ? OptionalLong.of(start.getAsLong() + into) : start;
    }

    /**
     * Gives addresses back.
     *
     * @param iova the first one, as {@link #take} returned it
     * @param length {@link IovaPlan#length()}
     * @throws IllegalArgumentException if they are not all taken; then nothing has changed
     */
    public void giveBack(long iova, long length) {
        long last = iova + length - 1;
        AddressRange below = free.floor(last);
        if (length <= 0
                || !isInOneRange(iova, last)
                || (below != null && Long.compareUnsigned(below.last(), iova) >= 0)) {
            throw new IllegalArgumentException(
                    "not taken: " + length + " bytes from 0x" + Long.toUnsignedString(iova, 16));
        }
        long end = last;
        AddressRange above = last == -1 ? null : free.floor(last + 1);
        if (above != null && above.first() == last + 1 && !starts.contains(last + 1)) {
            end = above.last();
            free.remove(above.first());
        }
        if (below != null && below.last() + 1 == iova && !starts.contains(iova)) {
            free.setLast(below.first(), end);
        } else {
            free.add(iova, end);
        }
        taken--;
    }

    private boolean isInOneRange(long first, long last) {
        for (AddressRange range : ranges) {
            if (range.contains(first) && range.contains(last)) {
                return true;
            }
        }
        return false;
    }

    /** Returns how many nodes of the search tree were looked at since there are any. */
    long visited() {
        return free.visited();
    }
}
