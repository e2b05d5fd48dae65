// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

/**
 * What a place must be like, apart from its length. All addresses are unsigned.
 *
 * @param alignment the start is a multiple of this power of two
 * @param boundary the place crosses no multiple of this power of two, which is larger than the alignment; 0 where it may
 */
record Shape(long alignment, long boundary) {
    /** Returns the length of the longest place in the addresses from first to last; 0 if there is none. */
    long longest(long first, long last) {
        long start = alignUp(first);
        if (Long.compareUnsigned(start, first) < 0 || Long.compareUnsigned(start, last) > 0) {
            return 0;
        }
        if (boundary == 0) {
            return length(start, last);
        }
        long blockEnd = start | (boundary - 1);
        if (Long.compareUnsigned(blockEnd, last) >= 0) {
            return length(start, last);
        }
        // What lies between the first block and the last one is whole blocks, no longer than the one looked at here.
        long next = blockEnd + 1;
        long nextEnd = next | (boundary - 1);
        long second = length(next, Long.compareUnsigned(nextEnd, last) < 0 ? nextEnd : last);
        return Math.max(length(start, blockEnd), second);
    }

    /**
     * Returns the highest start of a place in the addresses from first to last, in which {@link #longest} is not less
     * than the length.
     */
    long highest(long first, long last, long length) {
        long start = last - (length - 1) & -alignment;
        long end = start + (length - 1);
        if (boundary != 0 && (start & -boundary) != (end & -boundary)) {
            start = (end & -boundary) - length & -alignment;
        }
        assert Long.compareUnsigned(start, first) >= 0 : "no place of " + length + " bytes for " + this;
        return start;
    }

    private long alignUp(long address) {
        return address + (alignment - 1) & -alignment;
    }

    /** Lengths of 2^63 and more are all the same, as no buffer is that long. */
    private static long length(long first, long last) {
        long less = last - first;
        return less < 0 || less == Long.MAX_VALUE ? Long.MAX_VALUE : less + 1;
    }
}
