// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import org.deviceaccess.drivers.block.BlockOperation;
import org.deviceaccess.drivers.block.CommandRing;
import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.jspecify.annotations.Nullable;

/** An I/O queue pair and the commands of one namespace in it (NVM Express Base Specification 1.4, 4 and 6). */
final class NvmeRing implements CommandRing {
    private static final int FLUSH = 0x00;
    private static final int WRITE = 0x01;
    private static final int READ = 0x02;
    private static final int DATASET_MANAGEMENT = 0x09;
    /** Dataset management, dword 11: the host will not use the ranges any more (figure 389). */
    private static final long DEALLOCATE = 1L << (2 + Integer.SIZE);
    /** What is kept of a command, to try it again. */
    private static final int KEPT = 5;

    private final NvmeHardware hardware;
    private final int namespace;
    private final long blockSize;
    private final int number;
    private final int vector;
    private final DmaBuffer memory;
    private final long completionOffset;
    private final SubmissionRing submissions;
    private final CompletionRing completions;
    private final PrpLists lists;
    private final long[] kept;
    private long lastNanos;
    private Duration lastDuration = Duration.ZERO;

    /**
     * Allocates the memory.
     *
     * @param number the number of the queue pair, from 1
     * @param vector the vector to wait for, or {@link MessageVectors#NONE}
     */
    NvmeRing(NvmeHardware hardware, int number, int depth, int vector) {
        this.hardware = hardware;
        this.number = number;
        this.vector = vector;
        this.namespace = hardware.namespace().id();
        this.blockSize = hardware.geometry().blockSize();
        this.kept = new long[depth * KEPT];
        ControllerCapabilities capabilities = hardware.capabilities();
        NvmeRegisters registers = hardware.registers();
        int entries = depth + 1; // one entry of a ring stays empty (4.1.1)
        long page = capabilities.pageSize();
        long submissionLength = (long) entries << SubmissionRing.ENTRY_SHIFT;
        long completionLength = (long) entries << CompletionRing.ENTRY_SHIFT;
        this.completionOffset = (submissionLength + page - 1) / page * page;
        this.lists = new PrpLists(hardware.device(), depth, hardware.namespace().maxTransferBytes(), (int) page);
        try {
            this.memory = hardware.device()
                    .dma()
                    .allocate(completionOffset + completionLength, DmaConstraints.NONE.withAlignment(page));
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
            case READ -> transfer(slot, id, READ, lba, blocks, Objects.requireNonNull(buffer), offset);
            case WRITE -> transfer(slot, id, WRITE, lba, blocks, Objects.requireNonNull(buffer), offset);
            case FLUSH -> keepAndAdd(slot, id, FLUSH, 0, 0, 0, 0);
            // One range; double word 10 is the number of ranges, counted from 0 (6.7).
            case TRIM ->
                keepAndAdd(slot, id, DATASET_MANAGEMENT, lists.describeRange(slot, lba, blocks), 0, DEALLOCATE, 0);
        }
        return true;
    }

    /** Read (6.9) and write (6.15). */
    private void transfer(int slot, int id, int opcode, long lba, long blocks, DmaBuffer buffer, long offset) {
        long second = lists.describe(slot, buffer, offset, blocks * blockSize);
        keepAndAdd(slot, id, opcode, buffer.deviceAddress(offset), second, lba, blocks - 1);
    }

    private void keepAndAdd(int slot, int id, int opcode, long data1, long data2, long dwords10, long dwords12) {
        int at = slot * KEPT;
        kept[at] = opcode;
        kept[at + 1] = data1;
        kept[at + 2] = data2;
        kept[at + 3] = dwords10;
        kept[at + 4] = dwords12;
        submissions.add(opcode, id, namespace, data1, data2, dwords10, dwords12);
    }

    @Override
    public void putAgain(int slot, int id) {
        int at = slot * KEPT;
        submissions.add((int) kept[at], id, namespace, kept[at + 1], kept[at + 2], kept[at + 3], kept[at + 4]);
    }

    @Override
    public void publish() {
        submissions.start();
    }

    @Override
    public int next(CommandSlots slots) {
        if (!completions.next()) {
            return -1;
        }
        int slot = slots.find(completions.commandId());
        if (slot < 0
                || completions.submissionQueue() != number
                || completions.submissionHead() >= submissions.entries()) {
            throw strange(slots);
        }
        return slot;
    }

    private DeviceAccessException strange(CommandSlots slots) {
        return hardware.registers()
                .fault(
                        "take a completion from the queue " + number,
                        "the device completed the command " + completions.commandId() + " of the queue "
                                + completions.submissionQueue() + " with the head " + completions.submissionHead()
                                + ", which is none of the " + slots.used() + " under way");
    }

    @Override
    public int status() {
        return completions.status();
    }

    @Override
    public void release() {
        completions.release();
    }

    @Override
    public BlockStatus classify(int status) {
        return NvmeStatus.classify(status);
    }

    @Override
    public boolean maySucceedLater(int status) {
        return NvmeStatus.maySucceedLater(status);
    }

    @Override
    public boolean arm() {
        // The vector counts, so that an interrupt which came before ends the next sleep at once.
        return false;
    }

    @Override
    public void disarm() {
        // A completion queue that interrupts does so for each completion.
    }

    @Override
    public void await(long nanos) throws InterruptedException {
        if (nanos != lastNanos) {
            lastNanos = nanos;
            lastDuration = Duration.ofNanos(nanos);
        }
        hardware.vectors().await(vector, lastDuration);
    }

    @Override
    public void create() {
        if (vector != MessageVectors.NONE) {
            // A reset of the function disables the vectors, which the queue is created with.
            hardware.vectors().ensure(vector);
        }
        submissions.clear();
        completions.clear();
        hardware.execute(AdminCommand.createCompletionQueue(
                number, submissions.entries(), memory.deviceAddress(completionOffset), vector));
        try {
            hardware.execute(AdminCommand.createSubmissionQueue(number, submissions.entries(), memory.deviceAddress()));
        } catch (CommandFailedException e) {
            hardware.execute(AdminCommand.deleteCompletionQueue(number));
            throw e;
        }
    }

    @Override
    public boolean stopsAlone() {
        return true;
    }

    @Override
    public void delete() {
        hardware.execute(AdminCommand.deleteSubmissionQueue(number));
        hardware.execute(AdminCommand.deleteCompletionQueue(number));
    }

    @Override
    public void close() {
        memory.close();
        lists.close();
        hardware.vectors().giveBack(vector);
    }
}
