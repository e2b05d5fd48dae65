// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;

/**
 * What a virtio block device says of itself (virtio 1.2, 5.2.4; linux/virtio_blk.h, struct virtio_blk_config), as far as it
 * was agreed on.
 *
 * @param sectors its length in units of 512 bytes
 * @param blockSize the length of its blocks in bytes
 * @param readOnly whether it refuses to be written
 * @param flush whether it has a cache that can be flushed
 * @param queues how many queues it has
 * @param mostSegments in how many pieces of memory the data of a request can be
 * @param mostSegmentBytes how long one of them can be
 * @param mostDiscarded how many sectors one request discards, 0 if it cannot
 */
record BlockConfiguration(
        long sectors,
        int blockSize,
        boolean readOnly,
        boolean flush,
        int queues,
        int mostSegments,
        long mostSegmentBytes,
        long mostDiscarded) {
    /** The unit of addresses and lengths in bytes, whatever the length of a block (5.2.6). */
    static final int SECTOR = 512;

    private static final long SIZE_MAX = 1L << 1;
    private static final long SEG_MAX = 1L << 2;
    private static final long RO = 1L << 5;
    private static final long BLK_SIZE = 1L << 6;
    private static final long FLUSH = 1L << 9;
    private static final long MQ = 1L << 12;
    private static final long DISCARD = 1L << 13;

    /** The features that the driver can use. */
    static final long FEATURES = SIZE_MAX | SEG_MAX | RO | BLK_SIZE | FLUSH | MQ | DISCARD | Features.INDIRECT_DESC;

    private static final int CAPACITY = 0;
    private static final int SIZE_MAX_FIELD = 8;
    private static final int SEG_MAX_FIELD = 12;
    private static final int BLK_SIZE_FIELD = 20;
    private static final int NUM_QUEUES = 34;
    private static final int MAX_DISCARD_SECTORS = 36;
    private static final int MAX_DISCARD_SEG = 40;

    private static final int LARGEST_BLOCK = 1 << 16;

    static BlockConfiguration read(VirtioTransport transport) {
        boolean multiple = transport.has(MQ);
        boolean discard = transport.has(DISCARD);
        int length = discard ? MAX_DISCARD_SEG + 4 : multiple ? NUM_QUEUES + 2 : transport.has(BLK_SIZE) ? 24 : 16;
        BlockConfiguration found = transport.configuration(
                length,
                window -> new BlockConfiguration(
                        Integer.toUnsignedLong(window.read32(CAPACITY))
                                | (long) window.read32(CAPACITY + Integer.BYTES) << Integer.SIZE,
                        transport.has(BLK_SIZE) ? window.read32(BLK_SIZE_FIELD) : SECTOR,
                        transport.has(RO),
                        transport.has(FLUSH),
                        multiple ? window.read16(NUM_QUEUES) : 1,
                        transport.has(SEG_MAX) ? window.read32(SEG_MAX_FIELD) : 1,
                        transport.has(SIZE_MAX)
                                ? Integer.toUnsignedLong(window.read32(SIZE_MAX_FIELD))
                                : Integer.MAX_VALUE,
                        discard && window.read32(MAX_DISCARD_SEG) != 0
                                ? Integer.toUnsignedLong(window.read32(MAX_DISCARD_SECTORS))
                                : 0));
        found.check(transport);
        return found;
    }

    private void check(VirtioTransport transport) {
        boolean fits = blockSize >= SECTOR
                && blockSize <= LARGEST_BLOCK
                && Integer.bitCount(blockSize) == 1
                && sectors >= 0
                && sectors <= Long.MAX_VALUE / SECTOR
                && queues >= 1
                && queues <= transport.queues()
                && mostSegments != 0
                && mostSegmentBytes >= blockSize;
        if (!fits) {
            throw new MalformedDeviceException(Failure.during("set up " + transport.name())
                    .because("its configuration makes no sense: " + this)
                    .remedy("Reset the device; if it stays so, it is defective"));
        }
    }

    /** Returns whether what was promised of this disk holds for what it is now: it may have grown (5.2.6.1). */
    boolean isStillIn(BlockConfiguration now) {
        return now.sectors >= sectors
                && now.blockSize == blockSize
                && now.flush == flush
                && now.queues >= queues
                && now.mostSegments >= mostSegments
                && now.mostSegmentBytes >= mostSegmentBytes
                && now.mostDiscarded >= mostDiscarded;
    }

    private int sectorsPerBlock() {
        return blockSize / SECTOR;
    }

    /** Returns the first sector of a block. */
    long sector(long block) {
        return block * sectorsPerBlock();
    }

    /** Returns how many blocks one request discards. */
    long mostTrimmed() {
        return mostDiscarded / sectorsPerBlock();
    }

    /**
     * Returns what an application sees.
     *
     * @param transferBytes the longest transfer of one request
     * @param openQueues how many queues can be open
     * @param depth how many requests one of them can have under way
     */
    BlockGeometry geometry(long transferBytes, int openQueues, int depth) {
        return new BlockGeometry(
                blockSize,
                sectors / sectorsPerBlock(),
                Math.toIntExact(Math.max(1, transferBytes / blockSize)),
                mostTrimmed(),
                readOnly,
                flush,
                openQueues,
                depth);
    }
}
