// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;

/** One command after the other over a queue of its own, for any thread. */
public final class SynchronousCommands implements BlockCompletion {
    private final WaitingQueue queue;
    private final BlockGeometry geometry;
    private final ReentrantLock lock = new ReentrantLock();
    private BlockStatus status = BlockStatus.SUCCESS; // guarded by lock
    private int deviceStatus; // guarded by lock

    /**
     * Takes a queue for itself.
     *
     * @param queue a queue with nothing under way, whose owner closes it
     */
    public SynchronousCommands(WaitingQueue queue, BlockGeometry geometry) {
        this.queue = queue;
        this.geometry = geometry;
    }

    @Override
    public void completed(long token, BlockStatus newStatus, int newDeviceStatus) {
        status = newStatus;
        deviceStatus = newDeviceStatus;
    }

    /** Reads or writes blocks, by several commands if one cannot transfer them all. */
    public void transfer(boolean write, long lba, int blocks, DmaBuffer buffer, long offset) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        Objects.checkFromIndexSize(offset, (long) blocks * geometry.blockSize(), buffer.size());
        lock.lock();
        try {
            for (int done = 0; done < blocks; ) {
                int part = Math.min(blocks - done, geometry.maxTransferBlocks());
                long at = offset + (long) done * geometry.blockSize();
                boolean submitted = write
                        ? queue.submitWrite(lba + done, part, buffer, at, 0)
                        : queue.submitRead(lba + done, part, buffer, at, 0);
                finish(submitted, write ? "write" : "read", lba + done, part);
                done += part;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Flushes. */
    public void flush() {
        lock.lock();
        try {
            finish(queue.submitFlush(0), "flush", 0, geometry.blockCount());
        } finally {
            lock.unlock();
        }
    }

    /** Trims blocks, by several commands if one cannot trim them all. */
    public void trim(long lba, long blocks) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        // A device that cannot trim says so itself, by refusing the first command.
        long most = Math.max(1, geometry.maxTrimBlocks());
        lock.lock();
        try {
            for (long done = 0; done < blocks; ) {
                long part = Math.min(blocks - done, most);
                finish(queue.submitTrim(lba + done, part, 0), "trim", lba + done, part);
                done += part;
            }
        } finally {
            lock.unlock();
        }
    }

    private void finish(boolean submitted, String operation, long lba, long blocks) {
        if (!submitted) {
            // Only after a failure that left a command behind; it is the device's until the driver is closed.
            throw new IllegalStateException("a command that failed before is still under way; close the driver");
        }
        queue.awaitUninterruptibly(this);
        if (status != BlockStatus.SUCCESS) {
            throw queue.failure(operation + " " + blocks + " blocks at " + lba, status, deviceStatus);
        }
    }
}
