// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.iova.IovaPlan;

/**
 * How a buffer is laid out: behind an IOMMU it is one contiguous range of addresses. Asked to scatter, it is of chunks that
 * get addresses of their own: of a page each, or of as few pages as the number of segments allows.
 *
 * @param whole the buffer
 * @param part each chunk, also the last one, which is mapped as far as the buffer goes
 */
record Placement(IovaPlan whole, IovaPlan part) {
    /**
     * Finds out what is demanded together.
     *
     * @param operation what is done, for errors
     * @param scatter whether the buffer is to be in chunks where it may be
     * @throws DmaConstraintException if no address of the limits could meet it; the message names what clashed
     */
    static Placement of(String operation, long size, DmaConstraints constraints, DmaLimits limits, boolean scatter) {
        IovaPlan whole = IovaPlan.of(operation, size, constraints, limits);
        if (scatter) {
            // A chunk alone may have as many segments as it likes; the sum is what counts.
            DmaConstraints any = constraints.withSegments(Integer.MAX_VALUE, constraints.maxSegmentLength());
            for (long chunk = limits.pageSize(); chunk < whole.length() && chunk > 0; chunk <<= 1) {
                IovaPlan part = IovaPlan.of(operation, chunk, any, limits);
                long last = (size - 1) % chunk + 1;
                long segments = (size - last) / chunk * part.segmentCount()
                        + IovaPlan.of(operation, last, any, limits).segmentCount();
                if (segments <= constraints.maxSegments()) {
                    return new Placement(whole, part);
                }
            }
        }
        return new Placement(whole, whole);
    }

    /** Returns the length of what is contiguous, whole pages. */
    long chunk() {
        return part.length();
    }

    /** Returns how many chunks there are. */
    int chunks() {
        return Math.toIntExact((whole.length() - 1) / chunk() + 1);
    }

    /** Returns the segments of a buffer whose chunks start at the addresses. */
    List<DmaSegment> segments(long[] addresses) {
        List<DmaSegment> segments = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            for (DmaSegment segment : part.segments(addresses[i])) {
                long offset = i * chunk() + segment.offset();
                long length = Math.min(segment.length(), whole.size() - offset);
                if (length > 0) {
                    segments.add(new DmaSegment(offset, segment.deviceAddress(), length));
                }
            }
        }
        return List.copyOf(segments);
    }
}
