// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.drivers.block.WaitingQueue;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/** An I/O queue pair: a submission queue, its completion queue, and the commands under way. */
final class NvmeQueue extends WaitingQueue {
    private static final long PAUSE_NANOS = 20_000;
    private static final int WATCH_EVERY = 1 << 12;
    private static final Duration ABORT_GRACE = Duration.ofMillis(500);

    private final DeviceAccess device;
    private final NvmeController controller;
    private final IoCommands commands;
    private final @Nullable MessageVectors vectors;
    private final int vector;
    private final int number;
    private final DmaBuffer memory;
    private final long completionOffset;
    private final SubmissionRing submissions;
    private final CompletionRing completions;
    private final CommandSlots slots;
    private final PrpLists lists;
    private int generation;
    private int polls;
    private boolean closed;

    /** Allocates the memory; {@link #open} creates the queue in the device. */
    private NvmeQueue(
            DeviceAccess device,
            NvmeController controller,
            Namespace namespace,
            int depth,
            int number,
            @Nullable MessageVectors vectors,
            int vector) {
        this.device = device;
        this.controller = controller;
        this.vectors = vectors;
        this.vector = vector;
        this.number = number;
        ControllerCapabilities capabilities = controller.capabilities();
        NvmeRegisters registers = controller.registers();
        int entries = depth + 1; // one entry of a ring stays empty (4.1.1)
        long page = capabilities.pageSize();
        long submissionLength = (long) entries << SubmissionRing.ENTRY_SHIFT;
        long completionLength = (long) entries << CompletionRing.ENTRY_SHIFT;
        this.completionOffset = (submissionLength + page - 1) / page * page;
        this.lists = new PrpLists(device, depth, namespace.maxTransferBytes(), (int) page);
        try {
            this.memory =
                    device.dma().allocate(completionOffset + completionLength, DmaConstraints.NONE.withAlignment(page));
        } catch (RuntimeException e) {
            lists.close();
            throw e;
        }
        MemorySegment all = memory.memory();
        this.submissions = new SubmissionRing(
                registers, all.asSlice(0, submissionLength), entries, capabilities.submissionDoorbell(number));
        this.completions = new CompletionRing(
                registers,
                all.asSlice(completionOffset, completionLength),
                entries,
                capabilities.completionDoorbell(number));
        this.slots = new CommandSlots(depth);
        this.commands = new IoCommands(namespace, submissions, slots, lists);
    }

    /**
     * Opens a queue.
     *
     * @param vectors where the vector to wait for comes from, or {@code null} for polling
     */
    static NvmeQueue open(
            DeviceAccess device,
            NvmeController controller,
            Namespace namespace,
            int depth,
            @Nullable MessageVectors vectors) {
        int number = controller.takeQueue();
        int vector = -1;
        NvmeQueue queue = null;
        try {
            vector = vectors == null ? -1 : vectors.take();
            queue = new NvmeQueue(device, controller, namespace, depth, number, vectors, vector);
            queue.create();
            return queue;
        } catch (RuntimeException e) {
            if (queue != null) {
                queue.giveBackMemory();
            }
            if (vectors != null && vector >= 0) {
                vectors.giveBack(vector);
            }
            controller.giveBackQueue(number);
            throw e;
        }
    }

    int number() {
        return number;
    }

    boolean belongsTo(int controllerGeneration) {
        return generation == controllerGeneration;
    }

    AdminCommand creationOfCompletions() {
        return AdminCommand.createCompletionQueue(
                number, submissions.entries(), memory.deviceAddress(completionOffset), vector);
    }

    AdminCommand creationOfSubmissions() {
        return AdminCommand.createSubmissionQueue(number, submissions.entries(), memory.deviceAddress());
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
        requireOpen();
        return commands.read(lba, blocks, buffer, offset, token);
    }

    @Override
    public boolean submitWrite(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        requireOpen();
        return commands.write(lba, blocks, buffer, offset, token);
    }

    @Override
    public boolean submitFlush(long token) {
        requireOpen();
        return commands.flush(token);
    }

    @Override
    public boolean submitTrim(long lba, long blocks, long token) {
        requireOpen();
        return commands.trim(lba, blocks, token);
    }

    @Override
    public void start() {
        requireOpen();
        submissions.start();
    }

    @Override
    public int poll(BlockCompletion completion) {
        requireOpen();
        if (generation != controller.generation()) {
            return restart(completion);
        }
        submissions.start();
        int reported = reap(completion);
        polls++;
        if (polls % WATCH_EVERY == 0) {
            reported += watch(completion);
        }
        return reported;
    }

    @Override
    protected boolean hasInterrupt() {
        return vectors != null;
    }

    @Override
    protected void sleep(Duration limit) throws InterruptedException {
        if (vectors != null) {
            vectors.await(vector, limit);
        }
    }

    private int reap(BlockCompletion completion) {
        int reported = 0;
        try {
            while (completions.next()) {
                int slot = slots.find(completions.commandId());
                if (slot < 0
                        || completions.submissionQueue() != number
                        || completions.submissionHead() >= submissions.entries()) {
                    throw strange();
                }
                reported++;
                report(completion, slot, NvmeStatus.classify(completions.status()), completions.status());
            }
        } finally {
            completions.release();
        }
        return reported;
    }

    private void report(BlockCompletion completion, int slot, BlockStatus status, int deviceStatus) {
        long token = slots.token(slot);
        BlockStatus told = slots.isOverdue(slot) && status == BlockStatus.ABORTED ? BlockStatus.TIMED_OUT : status;
        slots.release(slot);
        completion.completed(token, told, deviceStatus);
    }

    private DeviceAccessException strange() {
        return controller
                .registers()
                .fault(
                        "take a completion from the queue " + number,
                        "the device completed the command " + completions.commandId() + " of the queue "
                                + completions.submissionQueue() + " with the head "
                                + completions.submissionHead() + ", which is none of the " + slots.used()
                                + " under way");
    }

    /** Looks for trouble: a controller that has failed or was reset by somebody, and commands that take too long. */
    @Override
    protected int watch(BlockCompletion completion) {
        if (slots.used() == 0) {
            return 0;
        }
        int status = controller.registers().status();
        if ((status & NvmeRegisters.FATAL) != 0 || (status & NvmeRegisters.READY) == 0) {
            controller.reset(
                    generation,
                    (status & NvmeRegisters.FATAL) != 0
                            ? "it reports a fatal error (CSTS.CFS)"
                            : "it was disabled behind the driver's back (CSTS.RDY is 0)");
            return restart(completion);
        }
        long now = System.nanoTime();
        int slot = slots.findOverdue(now, controller.timeout().toNanos());
        return slot < 0 ? 0 : stop(slot, completion);
    }

    /** Makes an end of a command that takes too long. */
    private int stop(int slot, BlockCompletion completion) {
        int id = slots.id(slot);
        controller.abort(number, id);
        int reported = 0;
        long start = System.nanoTime();
        while (generation == controller.generation() && System.nanoTime() - start < ABORT_GRACE.toNanos()) {
            reported += reap(completion);
            if (slots.find(id) < 0) {
                return reported;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        controller.reset(
                generation,
                "the command " + id + " of the queue " + number + " is not done after "
                        + controller.timeout().toMillis() + " ms, and could not be aborted");
        return reported + restart(completion);
    }

    /** Creates the queue anew after a reset of the controller, and reports what was under way. */
    private int restart(BlockCompletion completion) {
        create();
        slots.loseAll();
        int reported = 0;
        for (int slot = 0; slot < slots.depth(); slot++) {
            if (slots.isLost(slot)) {
                reported++;
                report(completion, slot, BlockStatus.ABORTED, NvmeStatus.ABORT_REQUESTED);
            }
        }
        return reported;
    }

    private void create() {
        if (vectors != null) {
            vectors.ensure(vector);
        }
        generation = controller.create(this, () -> {
            submissions.clear();
            completions.clear();
        });
    }

    @Override
    public DeviceAccessException failure(String operation, BlockStatus status, int deviceStatus) {
        String detail = status == BlockStatus.TIMED_OUT
                ? "it was not done within " + controller.timeout().toMillis() + " ms and was aborted"
                : "the device answered: " + new NvmeStatus(deviceStatus);
        return status.exception(
                Failure.during(operation + " of " + controller.registers().device())
                        .because(detail));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            controller.delete(this);
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
            // Otherwise the device's own closing has done all of it.
        } finally {
            giveBackMemory();
        }
        if (vectors != null) {
            vectors.giveBack(vector);
        }
        controller.giveBackQueue(number);
    }

    /** Gives the memory back; the device must not know the queue any more. */
    void free() {
        memory.close();
        lists.close();
    }

    /** Gives the memory back, unless the device may still use it: then it lives as long as the device is open. */
    private void giveBackMemory() {
        if (!controller.mayUse(this)) {
            free();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        controller.check();
    }
}
