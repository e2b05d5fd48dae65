// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.jspecify.annotations.Nullable;

/**
 * One command after the other over a queue of its own, for any thread. Returns and throws only when the device has the
 * command's buffer no more.
 */
final class SynchronousCommands implements BlockCompletion {
    private final WaitingQueue queue;
    private final BlockGeometry geometry;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable BlockStatus status; // guarded by lock
    private int deviceStatus; // guarded by lock
    /** The token of the latest command; an earlier one may be reported yet, if a driver has left it by a mistake of its own. */
    private long latest; // guarded by lock

    /**
     * Takes a queue for itself.
     *
     * @param queue a queue with nothing under way, whose owner closes it
     */
    SynchronousCommands(WaitingQueue queue, BlockGeometry geometry) {
        this.queue = queue;
        this.geometry = geometry;
    }

    @Override
    public void completed(long token, BlockStatus newStatus, int newDeviceStatus) {
        if (token == latest) {
            status = newStatus;
            deviceStatus = newDeviceStatus;
        }
    }

    /** Reads or writes blocks, by several commands if one cannot transfer them all. */
    void transfer(BlockOperation operation, long lba, int blocks, DmaBuffer buffer, long offset) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        Objects.checkFromIndexSize(offset, (long) blocks * geometry.blockSize(), buffer.size());
        lock.lock();
        try {
            for (int done = 0; done < blocks; ) {
                int part = Math.min(blocks - done, geometry.maxTransferBlocks());
                run(operation, lba + done, part, buffer, offset + (long) done * geometry.blockSize());
                done += part;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Flushes. */
    void flush() {
        lock.lock();
        try {
            run(BlockOperation.FLUSH, 0, 0, null, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Trims blocks, by several commands if one cannot trim them all. */
    void trim(long lba, long blocks) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        // A device that cannot trim refuses the first command.
        long most = Math.max(1, geometry.maxTrimBlocks());
        lock.lock();
        try {
            for (long done = 0; done < blocks; ) {
                long part = Math.min(blocks - done, most);
                run(BlockOperation.TRIM, lba + done, part, null, 0);
                done += part;
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset) {
        status = null;
        latest++;
        // A shared queue may be full of another's commands for a while.
        for (int tries = 0; !queue.submit(operation, lba, blocks, buffer, offset, latest); tries++) {
            poll();
            Poll.pause(tries);
        }
        DeviceFaultException fault = null;
        for (int tries = 0; status == null; tries++) {
            DeviceFaultException found = poll();
            fault = fault == null ? found : fault;
            if (status == null) {
                Poll.pause(tries);
            }
        }
        if (fault != null && status != BlockStatus.SUCCESS) {
            throw fault;
        }
        if (status != BlockStatus.SUCCESS) {
            String what = operation == BlockOperation.FLUSH
                    ? "flush"
                    : operation.name().toLowerCase(Locale.ROOT) + " " + blocks + " blocks at " + lba;
            throw queue.failure(what, status, deviceStatus);
        }
    }

    /** Looks for the command's end. An answer that must not be ends it by a reset, and the next look finds it. */
    private @Nullable DeviceFaultException poll() {
        try {
            queue.poll(this);
            return null;
        } catch (DeviceFaultException e) {
            return e;
        }
    }
}
