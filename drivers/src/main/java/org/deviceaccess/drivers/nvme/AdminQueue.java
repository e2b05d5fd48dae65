// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Function;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;

/**
 * The admin queue pair, one command at a time, and a page for the data of commands. Guarded by the controller's lock.
 *
 * <p>Completions are always polled: admin commands are rare, and work also where no interrupt does.
 */
final class AdminQueue {
    private static final int ENTRIES = 32;

    private final NvmeRegisters registers;
    private final DmaBuffer memory;
    private final SubmissionRing submissions;
    private final CompletionRing completions;
    private final long completionOffset;
    private final long dataOffset;
    private final int pageSize;
    private final Duration timeout;
    private int commandId;

    /**
     * Allocates the memory; the controller does not know of it yet.
     *
     * @param timeout how long a command may take
     */
    AdminQueue(DeviceAccess device, NvmeRegisters registers, ControllerCapabilities capabilities, Duration timeout) {
        this.registers = registers;
        this.timeout = timeout;
        this.pageSize = capabilities.pageSize();
        this.completionOffset = pageSize;
        this.dataOffset = 2L * pageSize;
        // Queues start at page boundaries (3.1.8, 3.1.9).
        this.memory = device.dma().allocate(3L * pageSize, DmaConstraints.NONE.withAlignment(pageSize));
        MemorySegment all = memory.memory();
        this.submissions = new SubmissionRing(
                registers,
                all.asSlice(0, (long) ENTRIES << SubmissionRing.ENTRY_SHIFT),
                ENTRIES,
                capabilities.submissionDoorbell(0));
        this.completions = new CompletionRing(
                registers,
                all.asSlice(completionOffset, (long) ENTRIES << CompletionRing.ENTRY_SHIFT),
                ENTRIES,
                capabilities.completionDoorbell(0));
    }

    /** Empties the queues and tells the disabled controller where they are. */
    void install() {
        submissions.clear();
        completions.clear();
        registers.setAdminQueues(ENTRIES, memory.deviceAddress(), memory.deviceAddress(completionOffset));
    }

    /** Returns the device address of the page for data. */
    long data() {
        return memory.deviceAddress(dataOffset);
    }

    /** Runs a command that fills the page for data, and returns what is made of it. */
    <T> T fetch(AdminCommand command, Function<MemorySegment, T> parser) {
        MemorySegment page = memory.memory().asSlice(dataOffset, pageSize);
        page.fill((byte) 0);
        execute(command);
        return parser.apply(page.asReadOnly());
    }

    /**
     * Runs a command.
     *
     * @return dword 0 of its completion
     * @throws DeviceTimeoutException if it is not done in time; the controller must be reset then, as it may still use
     *     the page for data
     * @throws org.deviceaccess.spi.error.DeviceFaultException if it answers what it must not, or was reset meanwhile
     * @throws org.deviceaccess.spi.error.CommandFailedException if the device refuses it
     */
    int execute(AdminCommand command) {
        commandId = (commandId + 1) & 0xffff;
        submissions.add(
                command.opcode(),
                commandId,
                command.namespace(),
                command.data(),
                0,
                Integer.toUnsignedLong(command.dword10()) | (long) command.dword11() << Integer.SIZE,
                0);
        submissions.start();
        awaitCompletion(command);
        completions.release();
        String operation = command.name();
        if (completions.commandId() != commandId || completions.submissionQueue() != 0) {
            throw registers.fault(
                    operation,
                    "it completed the command " + completions.commandId() + " of the queue "
                            + completions.submissionQueue() + ", and " + commandId + " of 0 is under way");
        }
        BlockStatus status = NvmeStatus.classify(completions.status());
        if (status != BlockStatus.SUCCESS) {
            throw status.exception(Failure.during(operation + " of " + registers.device())
                    .because("the device answered: " + new NvmeStatus(completions.status())));
        }
        return completions.result();
    }

    private void awaitCompletion(AdminCommand command) {
        boolean done = Poll.until(
                () -> {
                    if (completions.next()) {
                        return true;
                    }
                    int status = registers.status();
                    if ((status & NvmeRegisters.FATAL) != 0) {
                        throw registers.fault(command.name(), "the controller reports a fatal error (CSTS.CFS)");
                    }
                    if ((status & NvmeRegisters.READY) == 0) {
                        throw registers.fault(
                                command.name(), "it was disabled behind the driver's back (CSTS.RDY is 0)");
                    }
                    return false;
                },
                timeout.toNanos());
        if (!done) {
            throw new DeviceTimeoutException(Failure.during(command.name() + " of " + registers.device())
                    .because("it is not done after " + timeout.toMillis() + " ms")
                    .remedy("Grant more time with NvmeDriverProvider.withTimeout, or reset the device"));
        }
    }

    /** Gives the memory back; the controller must be disabled. */
    void close() {
        memory.close();
    }
}
