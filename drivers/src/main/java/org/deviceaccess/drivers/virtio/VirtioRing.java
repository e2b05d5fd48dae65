// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.Objects;
import org.deviceaccess.drivers.block.BlockOperation;
import org.deviceaccess.drivers.block.CommandRing;
import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.jspecify.annotations.Nullable;

/** One queue of a block device and the requests in it (virtio 1.2, 5.2.6). */
final class VirtioRing implements CommandRing {
    private final QueueInterrupts interrupts;
    private final VirtioDiskHardware hardware;
    private final int number;
    private final boolean interrupt;
    private final DmaBuffer memory;
    private final BlockRequests requests;
    private Virtqueue queue;
    private int ended;
    private long lastNanos;
    private Duration lastDuration = Duration.ZERO;

    /**
     * Allocates memory for the requests.
     *
     * @param interrupt whether the queue's interrupt was claimed
     */
    VirtioRing(VirtioDiskHardware hardware, int number, int depth, boolean interrupt) {
        this.hardware = hardware;
        this.interrupts = hardware.interrupts();
        this.number = number;
        this.interrupt = interrupt;
        this.queue = hardware.queue(number);
        RequestLayout layout = hardware.layout();
        this.memory = hardware.device()
                .dma()
                .allocate(depth * layout.slotSize(), DmaConstraints.NONE.withAlignment(Virtqueue.DESCRIPTOR));
        this.requests = new BlockRequests(hardware.configuration(), hardware.geometry(), layout, depth, memory);
    }

    @Override
    public boolean put(
            int slot,
            int id,
            BlockOperation operation,
            long lba,
            long blocks,
            @Nullable DmaBuffer buffer,
            long offset) {
        switch (operation) {
            case READ -> requests.transfer(queue, slot, false, lba, blocks, Objects.requireNonNull(buffer), offset);
            case WRITE -> requests.transfer(queue, slot, true, lba, blocks, Objects.requireNonNull(buffer), offset);
            case TRIM -> requests.trim(queue, slot, lba, blocks);
            case FLUSH -> {
                // Without a cache there is nothing to flush, and no such request.
                if (!hardware.geometry().writeCache()) {
                    return false;
                }
                requests.flush(queue, slot);
            }
        }
        return true;
    }

    @Override
    public void publish() {
        queue.publish();
    }

    @Override
    public int next(CommandSlots slots) {
        int first = queue.next();
        if (first < 0) {
            return -1;
        }
        ended = requests.slot(first);
        if (ended >= slots.depth() || !slots.isWithDevice(ended)) {
            throw queue.fault("the device says it has done the request in slot " + ended + ", which it does not have");
        }
        if (queue.usedLength() < 0) {
            throw queue.fault("the device says it wrote more than the request in slot " + ended + " has room for");
        }
        return ended;
    }

    @Override
    public int status() {
        return requests.status(ended);
    }

    @Override
    public void release() {
        // The device sees by the next request that there is room.
    }

    @Override
    public BlockStatus classify(int status) {
        return BlockStatus.FAILED;
    }

    @Override
    public boolean arm() {
        return queue.arm();
    }

    @Override
    public void disarm() {
        queue.disarm();
    }

    @Override
    public void await(long nanos) throws InterruptedException {
        if (nanos != lastNanos) {
            lastNanos = nanos;
            lastDuration = Duration.ofNanos(nanos);
        }
        interrupts.await(number, lastDuration);
    }

    @Override
    public void create() {
        // All queues are set up before the device is started, and empty then.
        queue = hardware.queue(number);
    }

    @Override
    public boolean stopsAlone() {
        return false;
    }

    @Override
    public void delete() {
        throw new UnsupportedOperationException("virtio's queues stop with the device");
    }

    @Override
    public void close() {
        memory.close();
        if (interrupt) {
            interrupts.giveBack(number);
        }
    }
}
