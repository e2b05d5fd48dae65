// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/**
 * How a request for DMA behind an IOMMU is met: one range of addresses, cut where the device wants it cut. Immutable.
 */
public final class IovaPlan {
    private final String operation;
    private final long size;
    private final DmaConstraints constraints;
    private final DmaLimits limits;
    private final long length;
    private final long longest;

    private IovaPlan(String operation, long size, DmaConstraints constraints, DmaLimits limits) {
        this.operation = operation;
        this.size = size;
        this.constraints = constraints;
        this.limits = limits;
        long page = limits.pageSize();
        if (size <= 0) {
            throw clash("the size " + size + " is not positive");
        }
        if (size > Long.MAX_VALUE - page) {
            throw clash("the size " + size + " is more than can be addressed");
        }
        if (Long.compareUnsigned(size - 1, constraints.highestAddress()) > 0) {
            throw clash("the size of " + size + " bytes clashes with " + bits());
        }
        this.length = Math.ceilDiv(size, page) * page;
        this.longest = longestSegment();
        if (segmentCount() > constraints.maxSegments()) {
            throw clash(size + " bytes make " + segmentCount() + " segments of at most " + longest + " bytes"
                    + (constraints.boundary() == 0 ? "" : " within a boundary of " + constraints.boundary() + " bytes")
                    + ", and the device takes " + constraints.maxSegments());
        }
        if (!fitsAnyRange()) {
            throw Clash.impossible(this, new FreeExtents(limits.ranges()));
        }
    }

    private boolean fitsAnyRange() {
        Shape shape = shape();
        long highest = highest();
        for (AddressRange range : limits.ranges()) {
            boolean whole = Long.compareUnsigned(range.last(), highest) < 0;
            if (Long.compareUnsigned(range.first(), highest) <= 0
                    && shape.longest(range.first(), whole ? range.last() : highest) >= length) {
                return true;
            }
        }
        return false;
    }

    /**
     * Plans a request.
     *
     * @param operation what is done, for errors, in the infinitive: "allocate 4096 bytes for DMA"
     * @param size what was asked for, in bytes
     * @param constraints what the device demands
     * @param limits what the IOMMU can do
     * @throws DmaConstraintException if the demands contradict each other or the size, or no address of the limits would
     *     suit even if nothing was mapped; the message names which
     */
    public static IovaPlan of(String operation, long size, DmaConstraints constraints, DmaLimits limits) {
        return new IovaPlan(operation, size, constraints, limits);
    }

    private long longestSegment() {
        long boundary = constraints.boundary();
        long alignment = constraints.alignment();
        long most = constraints.maxSegmentLength();
        if (size > most) {
            // Every segment but the last ends where the next one starts, so its length keeps the alignment.
            most -= most % alignment;
            if (most == 0) {
                throw clash("segments of at most " + constraints.maxSegmentLength() + " bytes cannot follow each other"
                        + " at multiples of the alignment of " + alignment + " bytes");
            }
        }
        if (!isCutBy(boundary)) {
            return most;
        }
        if (alignment > boundary) {
            throw clash("segments that do not cross multiples of the boundary of " + boundary + " bytes cannot follow"
                    + " each other at multiples of the alignment of " + alignment + " bytes");
        }
        return Math.min(most, boundary);
    }

    /** Such a range starts at a multiple of the boundary, so that it has the fewest segments. */
    private boolean isCutBy(long boundary) {
        return boundary != 0 && size > boundary;
    }

    /** Returns how many {@link #segments} there are, which does not depend on where the range starts. */
    public long segmentCount() {
        long boundary = constraints.boundary();
        if (!isCutBy(boundary)) {
            return Math.ceilDiv(size, longest);
        }
        return size / boundary * Math.ceilDiv(boundary, longest) + Math.ceilDiv(size % boundary, longest);
    }

    /** Returns what was asked for, in bytes. */
    public long size() {
        return size;
    }

    /** Returns how many bytes are mapped: the size, rounded up to whole pages. */
    public long length() {
        return length;
    }

    /** Returns what the device demands. */
    public DmaConstraints constraints() {
        return constraints;
    }

    /**
     * Returns the segments of a range.
     *
     * @param iova where it starts, as {@link IovaSpace#take} said
     */
    public List<DmaSegment> segments(long iova) {
        long boundary = constraints.boundary();
        List<DmaSegment> segments = new ArrayList<>();
        long offset = 0;
        while (offset < size) {
            long piece = Math.min(longest, size - offset);
            if (boundary != 0) {
                piece = Math.min(piece, boundary - ((iova + offset) & (boundary - 1)));
            }
            segments.add(new DmaSegment(offset, iova + offset, piece));
            offset += piece;
        }
        return List.copyOf(segments);
    }

    String operation() {
        return operation;
    }

    DmaLimits limits() {
        return limits;
    }

    /** Returns what the place must be like. */
    Shape shape() {
        return shape(constraints.alignment(), constraints.boundary());
    }

    /** Returns what the place must be like, were these the demands. */
    Shape shape(long alignment, long boundary) {
        long start = Math.max(alignment, limits.pageSize());
        if (isCutBy(boundary)) {
            start = Math.max(start, boundary);
        }
        // What starts at a multiple of the boundary, or of more, and is not longer, does not cross one.
        return new Shape(start, boundary > start ? boundary : 0);
    }

    /** Returns the highest address that may be mapped. Devices of few address bits can use a part of the page at 0. */
    long highest() {
        return constraints.highestAddress() | (limits.pageSize() - 1);
    }

    /** Returns the larger page sizes of the IOMMU that the buffer can hold, as a mask. */
    long largerPages() {
        return limits.pageSizes() & ~limits.pageSize() & (Long.highestOneBit(length) << 1) - 1;
    }

    /** Returns what the bits of the device are called in errors. */
    String bits() {
        return "the " + constraints.addressBits() + " address bits of the device (up to 0x"
                + Long.toUnsignedString(constraints.highestAddress(), 16) + ")";
    }

    DmaConstraintException clash(String why) {
        return new DmaConstraintException(Failure.during(operation)
                .because(why)
                .remedy("Ask for less at a time, or for what the device really needs; DmaSupport.limits() tells what"
                        + " the platform can do"));
    }
}
