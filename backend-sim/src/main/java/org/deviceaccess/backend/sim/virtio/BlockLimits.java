// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/**
 * What a block device can do, and how much at a time (virtio 1.2, 5.2.4).
 *
 * @param queues how many queues it has
 * @param blockSize the length of a block in bytes
 * @param readOnly whether it cannot be written
 * @param segments in how many pieces of memory the data of a request can be; 0 for one that has no SEG_MAX and wants it
 *     in one piece
 * @param segmentBytes how long one of them can be; 0 for one that has no SIZE_MAX and takes any
 * @param discardSectors how many sectors one request discards; 0 for one that cannot discard
 */
record BlockLimits(int queues, int blockSize, boolean readOnly, int segments, long segmentBytes, long discardSectors) {
    private static final long MOST_SECTORS = 0xffff_ffffL;
    /** As many as fit into a queue of 256 with what is around them. */
    private static final long MOST_SEGMENTS = 254;

    private static final OptionKey<Long> QUEUES = OptionKey.number("queues", "How many queues the disk has.", 1, 16, 4);
    private static final OptionKey<Boolean> READ_ONLY =
            OptionKey.flag("read-only", "Whether the disk cannot be written.", false);
    private static final OptionKey<Long> SEGMENTS = OptionKey.number(
            "max-segments",
            "In how many pieces of memory the data of a request can be (SEG_MAX); 0 for a disk that does not say so and"
                    + " wants it in one.",
            0,
            MOST_SEGMENTS,
            126);
    private static final OptionKey<Long> SEGMENT_BYTES = OptionKey.number(
            "max-segment-bytes",
            "How many bytes such a piece can have (SIZE_MAX); 0 for a disk that does not say so and takes any.",
            0,
            Integer.MAX_VALUE,
            0);
    private static final OptionKey<Long> DISCARD_SECTORS = OptionKey.number(
            "max-discard-sectors",
            "How many sectors of 512 bytes one request discards; 0 for a disk that cannot discard.",
            0,
            MOST_SECTORS,
            1 << 22);

    static final List<OptionKey<?>> OPTIONS =
            List.of(QUEUES, Disk.BLOCK_SIZE, READ_ONLY, SEGMENTS, SEGMENT_BYTES, DISCARD_SECTORS);

    static BlockLimits of(Options options) {
        return new BlockLimits(
                Math.toIntExact(options.get(QUEUES)),
                Math.toIntExact(options.get(Disk.BLOCK_SIZE)),
                options.get(READ_ONLY),
                Math.toIntExact(options.get(SEGMENTS)),
                options.get(SEGMENT_BYTES),
                options.get(DISCARD_SECTORS));
    }

    /** Returns how many sectors a block has. */
    int sectorsPerBlock() {
        return blockSize / Disk.BLOCK;
    }
}
