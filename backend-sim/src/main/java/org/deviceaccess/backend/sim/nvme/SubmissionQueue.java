// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private final Deque<Command> held = new ArrayDeque<>();
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

    int head() {
        return head;
    }

    /** Takes what the host wrote to the doorbell; returns what is wrong with it, or nothing. */
    @Nullable
    String moveTail(int newTail) {
        if (newTail >= entries) {
            return "it is outside of the queue of " + entries;
        }
        if (newTail == tail) {
            return "it is what was written before";
        }
        if (distance(tail, newTail) >= entries - distance(head, tail)) {
            return "it adds commands to a full queue";
        }
        tail = newTail;
        return null;
    }

    private int distance(int from, int to) {
        return (to - from + entries) % entries;
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

    /** Puts a command aside that was fetched. */
    void hold(Command command) {
        held.add(command);
    }

    /** Returns the command that was put aside last, if there is one. */
    @Nullable
    Command takeHeld() {
        return held.pollLast();
    }

    void complete(int commandId, int status, int result) {
        completions.post(result, number, head, commandId, status);
    }

    /** Lets a command hang. */
    void stall(Command command) {
        stalled.put(command.id(), command);
    }

    /** Returns whether a command with an id hangs or was put aside. */
    boolean isUnderWay(int commandId) {
        return stalled.containsKey(commandId) || held.stream().anyMatch(command -> command.id() == commandId);
    }

    /** Returns how many commands of an opcode hang. */
    int stalled(int opcode) {
        return (int) stalled.values().stream()
                .filter(command -> command.opcode() == opcode)
                .count();
    }

    /** Aborts a command that hangs or was put aside; returns whether there was one. */
    boolean abort(int commandId) {
        if (stalled.remove(commandId) == null && !held.removeIf(command -> command.id() == commandId)) {
            return false;
        }
        complete(commandId, Status.ABORT_REQUESTED, 0);
        return true;
    }
}
