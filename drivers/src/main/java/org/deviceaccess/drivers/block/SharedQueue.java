// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a device that has no other, for the synchronous operations and one queue of an application at a time: a layer
 * above it, with a lock. Whoever polls takes what has ended for both, and each reports its own.
 */
final class SharedQueue {
    private static final int SYNCHRONOUS = 0;
    private static final int APPLICATION = 1;

    private final String name;
    private final Function<Boolean, RecoveringQueue> opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final BlockCompletion dispatch = this::ended;
    private final Lent[] lent = new Lent[2];
    // By the token that the queue itself knows a command by.
    private final Lent[] owners;
    private final long[] tokens;
    private final int[] free;
    private int used;
    private RecoveringQueue queue; // guarded by lock
    private boolean isOpen; // the application's; guarded by lock

    /**
     * Opens the queue.
     *
     * @param name the device's name, for messages
     * @param opener opens the queue, with interrupts or without
     */
    SharedQueue(String name, Function<Boolean, RecoveringQueue> opener) {
        this.name = name;
        this.opener = opener;
        this.queue = opener.apply(false);
        int depth = queue.depth();
        this.owners = new Lent[depth];
        this.tokens = new long[depth];
        this.free = new int[depth];
        for (int i = 0; i < depth; i++) {
            free[i] = i;
        }
        lent[SYNCHRONOUS] = new Lent(1);
        lent[APPLICATION] = new Lent(1);
    }

    /** Returns the queue of the synchronous operations. */
    WaitingQueue synchronous() {
        return lent[SYNCHRONOUS];
    }

    /**
     * Opens the application's queue.
     *
     * @throws DeviceBusyException if it is open
     */
    WaitingQueue open(int depth, boolean interrupt) {
        lock.lock();
        try {
            if (isOpen) {
                throw new DeviceBusyException(Failure.during("open a queue of " + name)
                        .because("the device has one queue, and it is open")
                        .remedy("Close it, or give the device more (QEMU: num-queues=, max_ioqpairs=)"));
            }
            if (interrupt != queue.hasInterrupt()) {
                change(interrupt);
            }
            lent[APPLICATION] = new Lent(depth);
            isOpen = true;
            return lent[APPLICATION];
        } finally {
            lock.unlock();
        }
    }

    /** Opens the queue in another way of waiting, once nothing is under way. */
    private void change(boolean interrupt) {
        for (int tries = 0; queue.underWay() > 0; tries++) {
            take();
            Poll.pause(tries);
        }
        queue.close();
        try {
            queue = opener.apply(interrupt);
        } catch (DeviceAccessException e) {
            queue = opener.apply(!interrupt);
            throw e;
        }
    }

    /** Takes what has ended for both. A strange answer resets the device, which ends everything. */
    private void take() {
        try {
            queue.poll(dispatch);
        } catch (DeviceFaultException e) {
            queue.poll(dispatch);
        }
    }

    private void ended(long index, BlockStatus status, int deviceStatus) {
        int i = (int) index;
        owners[i].ended.add(tokens[i], status, deviceStatus);
        owners[i].underWay--;
        used--;
        free[used] = i;
    }

    /** What one of the two has of the queue. */
    private final class Lent extends WaitingQueue {
        private final int depth;
        private final EndedCommands ended; // guarded by lock
        /** Those that this one's thread is about to be told of, outside of the lock, as completions may submit. */
        private final EndedCommands mine;

        private int underWay; // guarded by lock
        private boolean wanting; // guarded by lock

        Lent(int depth) {
            this.depth = depth;
            this.ended = new EndedCommands(depth);
            this.mine = new EndedCommands(depth);
        }

        @Override
        boolean submit(
                BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset, long token) {
            requireOpen();
            lock.lock();
            try {
                // A synchronous operation that found the queue full comes first.
                boolean later = this == lent[APPLICATION] && lent[SYNCHRONOUS].wanting;
                if (underWay() >= depth || used == free.length || later) {
                    wanting = true;
                    return false;
                }
                wanting = false; // Also if the request is refused.
                int index = free[used];
                if (!queue.submit(operation, lba, blocks, buffer, offset, index)) {
                    wanting = true;
                    return false;
                }
                owners[index] = this;
                tokens[index] = token;
                used++;
                underWay++;
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void start() {
            requireOpen();
            lock.lock();
            try {
                queue.start();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int poll(BlockCompletion completion) {
            mine.requireNotReporting("poll");
            requireOpen();
            lock.lock();
            try {
                queue.poll(dispatch);
            } finally {
                ended.moveTo(mine);
                lock.unlock();
            }
            return mine.report(completion);
        }

        @Override
        public int depth() {
            return depth;
        }

        @Override
        public int underWay() {
            lock.lock();
            try {
                return underWay + ended.size() + mine.size();
            } finally {
                lock.unlock();
            }
        }

        @Override
        boolean hasInterrupt() {
            return queue.hasInterrupt();
        }

        @Override
        void sleep(long nanos) throws InterruptedException {
            RecoveringQueue present;
            boolean ready;
            lock.lock();
            try {
                present = queue;
                ready = ended.size() > 0 || present.arm();
            } finally {
                lock.unlock();
            }
            if (!ready) {
                present.awaitInterrupt(nanos);
            }
        }

        @Override
        public DeviceAccessException failure(String operation, BlockStatus status, int deviceStatus) {
            return queue.failure(operation, status, deviceStatus);
        }

        /** {@inheritDoc} Its commands are waited for, which takes no longer than a command may. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            mine.requireNotReporting("close");
            closed = true;
            try {
                for (int tries = 0; hasCommands(); tries++) {
                    Poll.pause(tries);
                }
            } finally {
                lock.lock();
                try {
                    isOpen = false;
                } finally {
                    lock.unlock();
                }
            }
        }

        private boolean hasCommands() {
            lock.lock();
            try {
                if (underWay > 0) {
                    take();
                }
                return underWay > 0;
            } catch (DeviceAccessException | IllegalStateException e) {
                return false; // It could not be brought back, or is closed: then nothing waits for its commands.
            } finally {
                lock.unlock();
            }
        }
    }
}
