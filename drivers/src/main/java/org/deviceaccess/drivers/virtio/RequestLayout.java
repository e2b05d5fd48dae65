// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

/**
 * Where the parts of the requests of a block device are in memory.
 *
 * <p>Each slot has its header, the range of a discard and its status, and with indirect descriptors a table of them.
 * Otherwise it has descriptors of the queue for its own.
 *
 * @param indirect whether requests have tables of their own (VIRTIO_F_INDIRECT_DESC)
 * @param segments in how many pieces of memory the data of a request can be
 * @param page the unit in bytes in which memory is contiguous for the device at the least
 * @param segmentBytes how long one piece can be
 */
record RequestLayout(boolean indirect, int segments, long page, long segmentBytes) {
    /** More is done by several requests: room for longer tables would be wasted on every slot. */
    private static final int MOST_SEGMENTS = 65;
    /** Descriptors of a queue are few. */
    private static final int MOST_DIRECT_SEGMENTS = 17;

    private static final long LONGEST_PIECE = 1 << 20;
    /** Header and status. */
    private static final int OTHERS = 2;

    static final int HEADER = 0;
    static final int RANGE = 16;
    static final int STATUS = 32;
    private static final int TABLE = 64;

    static RequestLayout of(BlockConfiguration configuration, boolean indirect, int queueSize, long page) {
        int most = Math.min(indirect ? MOST_SEGMENTS : MOST_DIRECT_SEGMENTS, Math.max(1, queueSize - OTHERS));
        long pieces = Math.min(most, Integer.toUnsignedLong(configuration.mostSegments()));
        // Pieces that end before a page does are not put together from pages.
        boolean whole = configuration.mostSegmentBytes() >= page;
        long longest = Math.min(configuration.mostSegmentBytes(), LONGEST_PIECE);
        // Of whole pages, so that no piece but the first and the last is shorter than one.
        return new RequestLayout(indirect, whole ? (int) pieces : 1, page, whole ? longest / page * page : longest);
    }

    /** Returns whether the data of a request must be contiguous. */
    boolean contiguous() {
        return segments < 2;
    }

    /** Returns the longest transfer, wherever in its pages it starts and however they lie. */
    long longestTransfer() {
        return contiguous() ? segmentBytes : (segments - 1) * page;
    }

    /** Returns how many requests a queue of so many descriptors can have. */
    int depth(int queueSize) {
        return queueSize / descriptors();
    }

    /** Returns how many descriptors of the queue each slot has. */
    int descriptors() {
        return indirect ? 1 : segments + OTHERS;
    }

    /** Returns the length of a slot's memory in bytes. */
    long slotSize() {
        return TABLE + tableSize();
    }

    /** Returns the length of a slot's table in bytes. */
    long tableSize() {
        return indirect ? (long) (segments + OTHERS) * Virtqueue.DESCRIPTOR : 0;
    }

    /** Returns where a slot's table is. */
    long table(int slot) {
        return slot * slotSize() + TABLE;
    }
}
