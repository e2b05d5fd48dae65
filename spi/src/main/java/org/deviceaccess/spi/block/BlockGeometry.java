// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.block;

/**
 * What a block device is like.
 *
 * @param blockSize the length of a block in bytes, a power of two of at least 512
 * @param blockCount how many blocks it has; they are numbered from 0
 * @param maxTransferBlocks how many blocks one command of a {@link BlockQueue} can read or write
 * @param maxTrimBlocks how many blocks one command of a {@link BlockQueue} can trim; 0 if it cannot trim
 * @param readOnly whether the device refuses to be written
 * @param writeCache whether written data may be lost with the power until {@link BlockDevice#flush}
 * @param maxQueues how many {@link BlockQueue}s can be open at a time
 * @param maxQueueDepth how many commands one of them can have under way
 */
public record BlockGeometry(
        int blockSize,
        long blockCount,
        int maxTransferBlocks,
        long maxTrimBlocks,
        boolean readOnly,
        boolean writeCache,
        int maxQueues,
        int maxQueueDepth) {

    /** Returns whether {@link BlockDevice#trim} is supported. */
    public boolean trim() {
        return maxTrimBlocks > 0;
    }

    /** Returns the length of the whole device in bytes. */
    public long size() {
        return blockCount * blockSize;
    }
}
