// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deviceaccess.backend.sim.model.Bus;
import org.jspecify.annotations.Nullable;

/** A submission queue as the controller has it (NVM Express Base Specification 1.4, 4.1 and 4.2). */
final class SubmissionQueue {
    private final Bus bus;
    private final int number;
    private final long address;
    private final int entries;
    private final CompletionQueue completions;
    private final Map<Integer, Command> stalled = new LinkedHashMap<>();
    private final MemorySegment entry = MemorySegment.ofArray(new byte[Command.LENGTH]);
    private int head;
    private int tail;

    SubmissionQueue(Bus bus, int number, long address, int entries, CompletionQueue completions) {
        this.bus = bus;
        this.number = number;
        this.address = address;
        this.entries = entries;
        this.completions = completions;
        completions.use(1);
    }

    CompletionQueue completions() {
        return completions;
    }

    int number() {
        return number;
    }

    int entries() {
        return entries;
    }

    /** Takes what the host wrote to the doorbell; returns whether it makes sense. */
    boolean moveTail(int newTail) {
        if (newTail >= entries) {
            return false;
        }
        tail = newTail;
        return true;
    }

    /** Fetches the next command, if there is one and its completion has room. */
    @Nullable
    Command fetch() {
        if (head == tail || completions.isFull()) {
            return null;
        }
        if (!bus.read(address + (long) head * Command.LENGTH, entry)) {
            return null;
        }
        head = (head + 1) % entries;
        return Command.parse(entry);
    }

    void complete(int commandId, int status, int result) {
        completions.post(result, number, head, commandId, status);
    }

    void completeWithHead(int commandId, int wrongHead) {
        completions.post(0, number, wrongHead, commandId, Status.SUCCESS);
    }

    /** Lets a command hang. */
    void stall(Command command) {
        stalled.put(command.id(), command);
    }

    /** Aborts a command that hangs; returns whether there was one. */
    boolean abort(int commandId) {
        if (stalled.remove(commandId) == null || completions.isFull()) {
            return false;
        }
        complete(commandId, Status.ABORT_REQUESTED, 0);
        return true;
    }
}
