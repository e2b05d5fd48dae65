// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.deviceaccess.drivers.block.SynchronousCommands;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.jspecify.annotations.Nullable;

/**
 * A virtio block device that is ready for use (virtio 1.2, 5.2).
 *
 * <p>Safe for use by any thread. Synchronous operations are polled, on a queue of their own. A device of one queue gives it to
 * {@link #openQueue}; until that one is closed, synchronous operations throw
 * {@link org.deviceaccess.spi.error.DeviceBusyException}.
 *
 * <p>A request that is not done within {@link VirtioBlockDriverProvider#withTimeout} resets the device, as virtio has no abort;
 * that ends the requests of all queues with {@link org.deviceaccess.spi.block.BlockStatus#ABORTED}. The same happens when the
 * device is reset by {@link DeviceAccess#reset} or says that it needs a reset. Queues go on after a reset. If it fails, all
 * operations throw {@link org.deviceaccess.spi.error.ResetFailedException}.
 */
public final class VirtioDisk implements BlockDevice {
    private static final int SYNCHRONOUS_DEPTH = 1;

    private final DeviceAccess device;
    private final BlockController controller;
    private final QueueInterrupts interrupts;
    private final RequestLayout layout;
    private final BlockGeometry geometry;
    private final boolean oneQueue;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable VirtioBlockQueue synchronousQueue; // guarded by lock
    private @Nullable SynchronousCommands commands; // guarded by lock
    private boolean released; // guarded by this

    private VirtioDisk(VirtioTransport transport, QueueInterrupts interrupts, int queues, int descriptors) {
        this.device = transport.device();
        this.interrupts = interrupts;
        this.controller = new BlockController(transport, interrupts, queues, descriptors);
        this.layout = RequestLayout.of(
                controller.configuration(),
                transport.has(Features.INDIRECT_DESC),
                controller.queueSize(),
                device.dma().limits().pageSize());
        this.oneQueue = controller.queueCount() == 1;
        this.geometry = controller
                .configuration()
                .geometry(
                        layout.longestTransfer(),
                        oneQueue ? 1 : controller.queueCount() - 1,
                        layout.depth(controller.queueSize()));
        openSynchronousQueue();
    }

    static VirtioDisk attach(DeviceAccess device, Duration timeout, int queues, int descriptors) {
        VirtioTransport transport = new VirtioTransport(device, timeout);
        QueueInterrupts interrupts = new QueueInterrupts(transport);
        try {
            return new VirtioDisk(transport, interrupts, queues, descriptors);
        } catch (RuntimeException e) {
            interrupts.close();
            throw transport.giveUp(e);
        }
    }

    /** Resets the device. Requests that are under way end as aborted; queues go on. */
    public void reset() {
        controller.reset(controller.generation(), "it was asked for");
    }

    @Override
    public BlockGeometry geometry() {
        return geometry;
    }

    @Override
    public DmaConstraints bufferConstraints() {
        DmaConstraints constraints = DmaConstraints.NONE.withAlignment(layout.page());
        return layout.contiguous() ? constraints : constraints.withSegments(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    @Override
    public DmaBuffer allocate(long size) {
        return device.dma().allocate(size, bufferConstraints());
    }

    @Override
    public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
        synchronously(any -> any.transfer(false, lba, blocks, buffer, offset));
    }

    @Override
    public void write(long lba, int blocks, DmaBuffer buffer, long offset) {
        synchronously(any -> any.transfer(true, lba, blocks, buffer, offset));
    }

    @Override
    public void flush() {
        synchronously(SynchronousCommands::flush);
    }

    @Override
    public void trim(long lba, long blocks) {
        synchronously(any -> any.trim(lba, blocks));
    }

    private void synchronously(Consumer<SynchronousCommands> operation) {
        lock.lock();
        try {
            SynchronousCommands present = commands;
            operation.accept(present == null ? openSynchronousQueue() : present);
        } finally {
            lock.unlock();
        }
    }

    private SynchronousCommands openSynchronousQueue() {
        VirtioBlockQueue queue =
                VirtioBlockQueue.open(controller, interrupts, geometry, layout, SYNCHRONOUS_DEPTH, Waiting.POLLING);
        SynchronousCommands fresh = new SynchronousCommands(queue, geometry);
        synchronousQueue = queue;
        commands = fresh;
        return fresh;
    }

    @Override
    public BlockQueue openQueue(int depth, Waiting waiting) {
        if (depth < 1 || depth > geometry.maxQueueDepth()) {
            throw new IllegalArgumentException("the depth " + depth + " is not 1 to " + geometry.maxQueueDepth());
        }
        lock.lock();
        try {
            VirtioBlockQueue mine = synchronousQueue;
            if (oneQueue && mine != null) {
                mine.close();
                synchronousQueue = null;
                commands = null;
            }
            return VirtioBlockQueue.open(controller, interrupts, geometry, layout, depth, waiting);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Resets the device and gives back interrupts and memory. Threads that wait throw {@link IllegalStateException}; requests
     * that are under way end somehow.
     *
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the device does not come to rest. The driver is closed
     *     all the same, and memory that the device may still be using is left to the closing of the device, which stops its
     *     DMA first
     */
    @Override
    public synchronized void close() {
        if (released) {
            return;
        }
        released = true;
        controller.stop();
        try {
            controller.shutDown();
        } finally {
            interrupts.close();
        }
    }
}
