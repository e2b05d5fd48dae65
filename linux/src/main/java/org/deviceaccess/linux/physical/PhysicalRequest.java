// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/**
 * A request for memory, and whether a place in physical memory meets it.
 *
 * @param operation what is done, for errors
 * @param size what is asked for, in bytes
 * @param constraints what the device demands
 */
record PhysicalRequest(String operation, long size, DmaConstraints constraints) {
    /** Sizes above cannot be met by any machine; below, rounding up to the largest hugepage does not overflow. */
    private static final long LARGEST_SIZE = Long.MAX_VALUE / 2;

    /** Whether memory meets the request. */
    sealed interface Fit {}

    /**
     * It does.
     *
     * @param list the pieces to hand to the device
     */
    record Segments(List<DmaSegment> list) implements Fit {}

    /**
     * It does not.
     *
     * @param limit which limit clashes with what
     */
    record Clash(String limit) implements Fit {}

    /**
     * Makes a request.
     *
     * @throws DmaConstraintException if no memory at all could meet it
     */
    static PhysicalRequest of(String operation, long size, DmaConstraints constraints) {
        PhysicalRequest request = new PhysicalRequest(operation, size, constraints);
        if (size <= 0) {
            throw request.impossible("the size " + size + " is not positive");
        }
        if (size > LARGEST_SIZE) {
            throw request.impossible("the size " + size + " is more than can be addressed");
        }
        // The best place there could be: one run, as low and as aligned as an address can be.
        if (request.fit(List.of(new PhysicalRun(0, 0, size))) instanceof Clash clash) {
            throw request.impossible(clash.limit());
        }
        return request;
    }

    private DmaConstraintException impossible(String why) {
        return new DmaConstraintException(Failure.during(operation)
                .because(why)
                .remedy("Ask for less at a time, or for what the device really needs; DmaSupport.limits() tells what"
                        + " the platform can do"));
    }

    /** Cuts memory into the pieces that the device can take, or says why it cannot. */
    Fit fit(List<PhysicalRun> runs) {
        long alignment = constraints.alignment();
        List<DmaSegment> segments = new ArrayList<>();
        for (PhysicalRun run : runs) {
            long done = 0;
            while (done < run.length()) {
                long address = run.address() + done;
                if ((address & (alignment - 1)) != 0) {
                    return new Clash("memory at 0x" + Long.toHexString(address) + " does not meet the alignment of "
                            + alignment + " bytes");
                }
                long length = longest(address, run.length() - done);
                if (length == 0) {
                    return new Clash("segments of at most " + constraints.maxSegmentLength() + " bytes"
                            + inBoundary() + " cannot follow each other at multiples of the alignment of "
                            + alignment + " bytes");
                }
                long last = address + length - 1;
                if (Long.compareUnsigned(last, constraints.highestAddress()) > 0) {
                    return new Clash("memory at 0x" + Long.toHexString(address) + " to 0x" + Long.toHexString(last)
                            + " cannot be reached with the " + constraints.addressBits()
                            + " address bits of the device (up to 0x"
                            + Long.toUnsignedString(constraints.highestAddress(), 16) + ")");
                }
                if (segments.size() == constraints.maxSegments()) {
                    return tooMany(runs);
                }
                segments.add(new DmaSegment(run.offset() + done, address, length));
                done += length;
            }
        }
        return new Segments(List.copyOf(segments));
    }

    /** Returns how long a segment from the address can be if the next one is to be aligned; 0 if that cannot be. */
    private long longest(long address, long available) {
        long boundary = constraints.boundary();
        long length = Math.min(available, constraints.maxSegmentLength());
        if (boundary != 0) {
            length = Math.min(length, boundary - (address & (boundary - 1)));
        }
        return length == available ? length : length - length % constraints.alignment();
    }

    private Clash tooMany(List<PhysicalRun> runs) {
        List<String> why = new ArrayList<>();
        if (runs.size() > 1) {
            why.add("in " + runs.size() + " pieces of contiguous physical memory");
        }
        if (constraints.maxSegmentLength() < size) {
            why.add("with segments of at most " + constraints.maxSegmentLength() + " bytes");
        }
        if (constraints.boundary() != 0) {
            why.add(inBoundary().strip());
        }
        return new Clash(size + " bytes " + String.join(" and ", why) + " make more segments than the "
                + constraints.maxSegments() + " that the device takes");
    }

    private String inBoundary() {
        return constraints.boundary() == 0 ? "" : " within a boundary of " + constraints.boundary() + " bytes";
    }
}
