// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/**
 * Where a buffer may lie so that both the device and the IOMMU are served.
 *
 * <p>Behind an IOMMU a buffer is one contiguous range, so pieces are made by cutting it where the device demands an end.
 * Asked to scatter, it also makes chunks that get addresses of their own: of a page each, or of as few pages as the number
 * of pieces allows.
 *
 * @param size the bytes that were asked for
 * @param length the bytes that are mapped: whole pages
 * @param highest the highest address that may be used, not negative
 * @param alignment what the first address is a multiple of
 * @param boundary what an uncut chunk crosses no multiple of, or 0
 * @param piece the length of each piece but the last of a chunk
 * @param chunk the length of what is contiguous, whole pages; the last one is mapped as far as the length goes
 */
record Placement(long size, long length, long highest, long alignment, long boundary, long piece, long chunk) {
    /**
     * Finds out what is demanded together.
     *
     * @param scatter whether the buffer is to be in pieces where it may be
     * @throws DmaConstraintException if no address of the limits could meet it; the message names what clashed
     */
    static Placement of(long size, DmaConstraints constraints, DmaLimits limits, boolean scatter) {
        Failure failure = Failure.during("place " + size + " bytes for " + constraints);
        if (size <= 0) {
            throw new DmaConstraintException(
                    failure.because("the size " + size + " is not positive").remedy("Ask for 1 byte or more"));
        }
        long page = limits.pageSize();
        long length = size > Long.MAX_VALUE - page ? Long.MAX_VALUE & -page : size + page - 1 & -page;
        long piece = pieceLength(size, constraints, failure);
        long chunk = scatter ? chunkLength(size, length, page, piece, constraints) : length;
        boolean whole = piece >= Math.min(chunk, size);
        long alignment = Math.max(page, constraints.alignment());
        if (!whole) {
            // Every piece starts at a multiple of its length rounded up, so none crosses a boundary.
            alignment = Math.max(alignment, constraints.boundary());
        }
        long boundary =
                whole && constraints.boundary() < Long.highestOneBit(Long.MAX_VALUE) ? constraints.boundary() : 0;
        long highest = constraints.highestAddress() < 0 ? Long.MAX_VALUE : constraints.highestAddress();
        if (!fits(length, alignment, highest, limits)) {
            throw new DmaConstraintException(failure.because("no " + length + " bytes with the alignment " + alignment
                            + " and addresses up to 0x" + Long.toHexString(highest) + " lie in the ranges "
                            + limits.ranges() + " of the IOMMU")
                    .remedy("Ask for less, or open the device with a larger iova-bits"));
        }
        return new Placement(size, length, highest, alignment, boundary, piece, chunk);
    }

    /** Returns how many chunks there are. */
    int chunks() {
        return Math.toIntExact((length - 1) / chunk + 1);
    }

    /** Returns the pieces of a buffer whose chunks start at the addresses. */
    List<DmaSegment> segments(long[] addresses) {
        List<DmaSegment> segments = new ArrayList<>();
        for (long start = 0; start < size; start += chunk) {
            long address = addresses[(int) (start / chunk)];
            long end = Math.min(chunk, size - start);
            for (long at = 0; at < end; at += piece) {
                segments.add(new DmaSegment(start + at, address + at, Math.min(piece, end - at)));
            }
        }
        return List.copyOf(segments);
    }

    /** Returns the shortest chunk with which there are not too many pieces; the whole length if each makes too many. */
    private static long chunkLength(long size, long length, long page, long piece, DmaConstraints constraints) {
        for (long chunk = page; chunk < length && chunk > 0; chunk <<= 1) {
            long last = (size - 1) % chunk + 1;
            long pieces = (size - last) / chunk * pieces(chunk, piece) + pieces(last, piece);
            if (pieces <= constraints.maxSegments()) {
                return chunk;
            }
        }
        return length;
    }

    private static long pieces(long length, long piece) {
        return (length - 1) / piece + 1;
    }

    private static long pieceLength(long size, DmaConstraints constraints, Failure failure) {
        long boundary = constraints.boundary() == 0 ? Long.MAX_VALUE : constraints.boundary();
        long most = Math.min(constraints.maxSegmentLength(), boundary);
        if (size <= most) {
            return size;
        }
        // Each piece but the last ends where the next one, which is aligned, begins, and fits evenly into a boundary.
        long piece = most & -constraints.alignment();
        if (constraints.boundary() != 0 && piece > 0) {
            piece = Long.highestOneBit(piece);
        }
        if (piece == 0) {
            throw new DmaConstraintException(failure.because("pieces of at most " + most
                            + " bytes cannot follow each other at multiples of " + constraints.alignment())
                    .remedy("Demand a smaller alignment or allow longer segments"));
        }
        long pieces = pieces(size, piece);
        if (pieces > constraints.maxSegments()) {
            throw new DmaConstraintException(failure.because(size + " bytes need " + pieces + " segments of " + piece
                            + " bytes, and " + constraints.maxSegments() + " are allowed")
                    .remedy("Ask for less, or allow more or longer segments"));
        }
        return piece;
    }

    private static boolean fits(long length, long alignment, long highest, DmaLimits limits) {
        for (AddressRange range : limits.ranges()) {
            long last = Math.min(range.last(), highest);
            long first = range.first() + alignment - 1 & -alignment;
            if (first >= 0 && first <= last && last - first >= length - 1) {
                return true;
            }
        }
        return false;
    }
}
