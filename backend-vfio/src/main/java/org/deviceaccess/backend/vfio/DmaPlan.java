// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/**
 * How a request for DMA is met: one contiguous range of addresses, cut where the device wants it cut.
 *
 * @param size what was asked for, in bytes
 * @param constraints what the device demands
 * @param request what the address space is asked for
 * @param longest the longest piece in bytes
 */
record DmaPlan(long size, DmaConstraints constraints, IovaSpace.Request request, long longest) {

    /**
     * Plans a request.
     *
     * @param operation what is done, for errors
     * @throws DmaConstraintException if the demands contradict each other or the size
     */
    static DmaPlan of(String operation, long size, DmaConstraints constraints, DmaLimits limits) {
        long page = limits.pageSize();
        if (size <= 0) {
            throw clash(operation, "the size " + size + " is not positive");
        }
        if (size > Long.MAX_VALUE - page) {
            throw clash(operation, "the size " + size + " is more than can be addressed");
        }
        long boundary = constraints.boundary();
        long alignment = constraints.alignment();
        long longest = constraints.maxSegmentLength();
        if (size > longest) {
            // Every piece but the last ends where the next one starts, so its length keeps the alignment.
            longest -= longest % alignment;
            if (longest == 0) {
                throw clash(
                        operation,
                        "segments of at most " + constraints.maxSegmentLength() + " bytes cannot follow each other at"
                                + " multiples of the alignment of " + alignment + " bytes");
            }
        }
        if (boundary != 0 && size > boundary) {
            if (alignment > boundary) {
                throw clash(
                        operation,
                        "segments that do not cross multiples of the boundary of " + boundary + " bytes cannot follow"
                                + " each other at multiples of the alignment of " + alignment + " bytes");
            }
            longest = Math.min(longest, boundary);
        }
        DmaPlan plan = new DmaPlan(
                size,
                constraints,
                new IovaSpace.Request(
                        Math.ceilDiv(size, page) * page,
                        size,
                        Math.max(alignment, page),
                        boundary,
                        constraints.highestAddress()),
                longest);
        if (plan.pieces() > constraints.maxSegments()) {
            throw clash(
                    operation,
                    size + " bytes make " + plan.pieces() + " segments of at most " + longest + " bytes"
                            + (boundary == 0 ? "" : " within a boundary of " + boundary + " bytes")
                            + ", and the device takes " + constraints.maxSegments());
        }
        return plan;
    }

    /** Returns how many pieces there are. A range longer than the boundary starts at one, see {@link IovaSpace}. */
    private long pieces() {
        long boundary = constraints.boundary();
        if (boundary == 0 || size <= boundary) {
            return Math.ceilDiv(size, longest);
        }
        return size / boundary * Math.ceilDiv(boundary, longest) + Math.ceilDiv(size % boundary, longest);
    }

    /** Returns the pieces of a range that starts at the address. */
    List<DmaSegment> segments(long iova) {
        long boundary = constraints.boundary();
        List<DmaSegment> segments = new ArrayList<>();
        long offset = 0;
        while (offset < size) {
            long length = Math.min(longest, size - offset);
            if (boundary != 0) {
                length = Math.min(length, boundary - ((iova + offset) & (boundary - 1)));
            }
            segments.add(new DmaSegment(offset, iova + offset, length));
            offset += length;
        }
        return List.copyOf(segments);
    }

    /** Returns the error of a plan that cannot be met on this platform even if nothing else is mapped. */
    DmaConstraintException impossible(String operation, IovaSpace space, DmaLimits limits) {
        IovaSpace.Request r = request;
        List<String> clashes = new ArrayList<>();
        if (space.possible(new IovaSpace.Request(r.mapped(), r.used(), r.alignment(), r.boundary(), -1))) {
            clashes.add("the " + constraints.addressBits() + " address bits of the device (up to 0x"
                    + Long.toUnsignedString(r.highest(), 16) + ")");
        }
        if (space.possible(new IovaSpace.Request(r.mapped(), r.used(), limits.pageSize(), r.boundary(), r.highest()))) {
            clashes.add("the alignment of " + r.alignment() + " bytes");
        }
        if (space.possible(new IovaSpace.Request(r.mapped(), r.used(), r.alignment(), 0, r.highest()))) {
            clashes.add("the boundary of " + r.boundary() + " bytes");
        }
        if (clashes.isEmpty()) {
            clashes.add("the size of " + size + " bytes");
        }
        return clash(
                operation,
                String.join(" or ", clashes) + " clashes with the addresses that the IOMMU can map: "
                        + limits.ranges());
    }

    private static DmaConstraintException clash(String operation, String why) {
        return new DmaConstraintException(Failure.during(operation)
                .because(why)
                .remedy("Ask for less at a time, or for what the device really needs; DmaSupport.limits() tells what"
                        + " the platform can do"));
    }
}
