// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

/**
 * What a device demands of the memory it is given.
 *
 * <pre>{@code
 * DmaConstraints ring = DmaConstraints.addressBits(32).withAlignment(4096);
 * }</pre>
 *
 * @param addressBits how many address bits the device drives, 1 to 64: every byte of the buffer lies below
 *     2<sup>bits</sup>
 * @param alignment the device address of each segment is a multiple of this power of two, in bytes
 * @param boundary no segment crosses a multiple of this power of two, in bytes; 0 where the device has no such limit
 * @param maxSegments in how many contiguous pieces the memory may be seen by the device, at least 1
 * @param maxSegmentLength the longest piece in bytes, at least 1
 * @param direction what the device does with the memory
 */
public record DmaConstraints(
        int addressBits,
        long alignment,
        long boundary,
        int maxSegments,
        long maxSegmentLength,
        DmaDirection direction) {

    /** One contiguous piece, anywhere in 64 bits, in both directions. */
    public static final DmaConstraints NONE =
            new DmaConstraints(64, 1, 0, 1, Long.MAX_VALUE, DmaDirection.BIDIRECTIONAL);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the address bits are not 1 to 64, the alignment is not a power of two, the
     *     boundary is neither 0 nor a power of two, or a count or length is not positive
     */
    public DmaConstraints {
        require(addressBits >= 1 && addressBits <= Long.SIZE, "address bits", addressBits, "1 to 64");
        require(alignment > 0 && Long.bitCount(alignment) == 1, "alignment", alignment, "a power of two");
        require(
                boundary == 0 || (boundary > 0 && Long.bitCount(boundary) == 1),
                "boundary",
                boundary,
                "0 or a power of two");
        require(maxSegments >= 1, "number of segments", maxSegments, "at least 1");
        require(maxSegmentLength >= 1, "segment length", maxSegmentLength, "at least 1");
    }

    private static void require(boolean holds, String what, long value, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException(what + " " + value + " is not " + wanted);
        }
    }

    /** Returns the constraints of a device that drives so many address bits, 1 to 64. */
    public static DmaConstraints addressBits(int bits) {
        return new DmaConstraints(
                bits, NONE.alignment, NONE.boundary, NONE.maxSegments, NONE.maxSegmentLength, NONE.direction);
    }

    /** Returns these constraints with an alignment in bytes, a power of two. */
    public DmaConstraints withAlignment(long bytes) {
        return new DmaConstraints(addressBits, bytes, boundary, maxSegments, maxSegmentLength, direction);
    }

    /** Returns these constraints with a boundary in bytes that no segment crosses, a power of two, or 0. */
    public DmaConstraints withBoundary(long bytes) {
        return new DmaConstraints(addressBits, alignment, bytes, maxSegments, maxSegmentLength, direction);
    }

    /** Returns these constraints with so many pieces allowed, each of so many bytes at the most. */
    public DmaConstraints withSegments(int count, long maxLength) {
        return new DmaConstraints(addressBits, alignment, boundary, count, maxLength, direction);
    }

    /** Returns these constraints with a direction. */
    public DmaConstraints withDirection(DmaDirection newDirection) {
        return new DmaConstraints(addressBits, alignment, boundary, maxSegments, maxSegmentLength, newDirection);
    }

    /** Returns the highest address the device can drive, unsigned. */
    public long highestAddress() {
        return addressBits == Long.SIZE ? -1L : (1L << addressBits) - 1;
    }
}
