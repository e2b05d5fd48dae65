// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.drivers.block.WaitingQueue;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.Failure;

/** One queue of a block device, and the requests under way in it. */
final class VirtioBlockQueue extends WaitingQueue {
    private static final int WATCH_EVERY = 1 << 12;
    private static final long PAUSE_NANOS = 20_000;
    private static final int ABORTED = 0x100;

    private final BlockController controller;
    private final QueueInterrupts interrupts;
    private final boolean sleeping;
    private final int number;
    private final DmaBuffer memory;
    private final CommandSlots slots;
    private final BlockRequests requests;
    /** Slots of flushes that need not be done, as the device has no cache. */
    private final int[] done;

    private final boolean flushes;
    private Virtqueue queue;
    private int generation;
    private int doneCount;
    private int polls;
    private boolean closed;

    private VirtioBlockQueue(
            BlockController controller,
            QueueInterrupts interrupts,
            BlockGeometry geometry,
            RequestLayout layout,
            int depth,
            int number,
            boolean sleeping) {
        this.controller = controller;
        this.interrupts = interrupts;
        this.sleeping = sleeping;
        this.number = number;
        this.flushes = controller.configuration().flush();
        this.slots = new CommandSlots(depth);
        this.done = new int[depth];
        this.memory = controller
                .transport()
                .allocate(depth * layout.slotSize(), DmaConstraints.NONE.withAlignment(Virtqueue.DESCRIPTOR));
        this.requests = new BlockRequests(controller.configuration(), geometry, layout, slots, memory);
        BlockController.Current current = controller.current(number);
        this.generation = current.generation();
        this.queue = current.queue();
    }

    static VirtioBlockQueue open(
            BlockController controller,
            QueueInterrupts interrupts,
            BlockGeometry geometry,
            RequestLayout layout,
            int depth,
            Waiting waiting) {
        boolean sleeping = waiting == Waiting.INTERRUPT;
        int number = controller.takeQueue();
        boolean claimed = false;
        try {
            if (sleeping) {
                interrupts.claim(number);
                claimed = true;
            }
            return new VirtioBlockQueue(controller, interrupts, geometry, layout, depth, number, sleeping);
        } catch (RuntimeException e) {
            if (claimed) {
                interrupts.giveBack(number);
            }
            controller.giveBackQueue(number);
            throw e;
        }
    }

    @Override
    public int depth() {
        return slots.depth();
    }

    @Override
    public int underWay() {
        return slots.used();
    }

    @Override
    public boolean submitRead(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        prepare();
        return requests.transfer(queue, false, lba, blocks, buffer, offset, token);
    }

    @Override
    public boolean submitWrite(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        prepare();
        return requests.transfer(queue, true, lba, blocks, buffer, offset, token);
    }

    @Override
    public boolean submitFlush(long token) {
        prepare();
        if (flushes) {
            return requests.flush(queue, token);
        }
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        slots.take(token);
        done[doneCount] = slot;
        doneCount++;
        return true;
    }

    @Override
    public boolean submitTrim(long lba, long blocks, long token) {
        prepare();
        return requests.trim(queue, lba, blocks, token);
    }

    @Override
    public void start() {
        requireOpen();
        queue.publish();
    }

    @Override
    public int poll(BlockCompletion completion) {
        requireOpen();
        if (generation != controller.generation()) {
            return restart(completion);
        }
        queue.publish();
        int reported = reap(completion);
        polls++;
        if (polls % WATCH_EVERY == 0) {
            reported += watch(completion);
        }
        return reported;
    }

    @Override
    protected boolean hasInterrupt() {
        return sleeping;
    }

    @Override
    protected void sleep(Duration limit) throws InterruptedException {
        if (!queue.arm()) {
            interrupts.await(number, limit);
        }
        queue.disarm();
    }

    private int reap(BlockCompletion completion) {
        int reported = 0;
        while (doneCount > 0) {
            doneCount--;
            reported++;
            report(completion, done[doneCount], BlockStatus.SUCCESS, 0);
        }
        for (int first = queue.next(); first >= 0; first = queue.next()) {
            int slot = requests.slot(first);
            if (queue.usedLength() < 0) {
                throw queue.fault("the device says it wrote more than the request in slot " + slot + " has room for");
            }
            int status = requests.status(slot);
            reported++;
            report(completion, slot, status == 0 ? BlockStatus.SUCCESS : BlockStatus.FAILED, status);
        }
        return reported;
    }

    private void report(BlockCompletion completion, int slot, BlockStatus status, int deviceStatus) {
        long token = slots.token(slot);
        BlockStatus told = slots.isOverdue(slot) && status == BlockStatus.ABORTED ? BlockStatus.TIMED_OUT : status;
        slots.release(slot);
        completion.completed(token, told, deviceStatus);
    }

    /** Looks for trouble: a device that has failed or was reset by somebody, and requests that take too long. */
    @Override
    protected int watch(BlockCompletion completion) {
        if (slots.used() == 0) {
            return 0;
        }
        String trouble = controller.transport().trouble("look at the queues");
        if (trouble == null) {
            long limit = controller.transport().timeout().toNanos();
            int slot = slots.findOverdue(System.nanoTime(), limit);
            if (slot < 0) {
                return 0;
            }
            trouble = "the request in slot " + slot + " of the queue " + number + " is not done after "
                    + controller.transport().timeout().toMillis() + " ms";
        }
        controller.reset(generation, trouble);
        return restart(completion);
    }

    /** Takes the queue's new memory after a reset, and reports what was under way. */
    private int restart(BlockCompletion completion) {
        adopt();
        slots.loseAll();
        int reported = 0;
        for (int slot = 0; slot < slots.depth(); slot++) {
            if (slots.isLost(slot)) {
                reported++;
                report(completion, slot, BlockStatus.ABORTED, ABORTED);
            }
        }
        return reported;
    }

    private void adopt() {
        Virtqueue old = queue;
        BlockController.Current current = controller.current(number);
        queue = current.queue();
        generation = current.generation();
        doneCount = 0;
        controller.transport().free(old.buffer());
    }

    @Override
    public DeviceAccessException failure(String operation, BlockStatus status, int deviceStatus) {
        String detail = switch (status) {
            case TIMED_OUT ->
                "it was not done within " + controller.transport().timeout().toMillis()
                        + " ms, and the device was reset";
            case ABORTED -> "the device was reset meanwhile";
            default -> "the device answered: " + words(deviceStatus) + " (status " + deviceStatus + ")";
        };
        return status.exception(
                Failure.during(operation + " of " + controller.transport().name())
                        .because(detail));
    }

    /** linux/virtio_blk.h: VIRTIO_BLK_S_*. */
    private static String words(int status) {
        return switch (status) {
            case 1 -> "input or output error";
            case 2 -> "request unsupported";
            default -> "nothing that virtio knows";
        };
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!controller.isUsable()) {
            // The memory is given back with the driver's, once the device is at rest.
            return;
        }
        drain();
        controller.transport().free(memory);
        if (sleeping) {
            interrupts.giveBack(number);
        }
        controller.giveBackQueue(queue, generation);
    }

    /** Waits until the device has nothing of the queue's any more, and resets it if that takes too long. */
    private void drain() {
        BlockCompletion nobody = (token, status, deviceStatus) -> {};
        queue.publish();
        long start = System.nanoTime();
        while (slots.used() > 0 && generation == controller.generation()) {
            try {
                reap(nobody);
            } catch (DeviceFaultException e) {
                controller.reset(generation, e.detail());
            }
            if (System.nanoTime() - start > controller.transport().timeout().toNanos()) {
                controller.reset(generation, "requests of the queue " + number + " are not done when it is closed");
            }
            if (slots.used() > 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** A request that follows a reset is not to end as if it had been under way in it. */
    private void prepare() {
        requireOpen();
        if (slots.used() == 0 && generation != controller.generation()) {
            adopt();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        controller.check();
    }
}
