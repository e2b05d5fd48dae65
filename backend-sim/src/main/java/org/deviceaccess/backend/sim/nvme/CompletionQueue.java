// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Queue;
import org.deviceaccess.backend.sim.model.Bus;
import org.jspecify.annotations.Nullable;

/** A completion queue as the controller has it (NVM Express Base Specification 1.4, 4.6). */
final class CompletionQueue {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY = 16;

    /** A completion that waits for room. */
    private record Waiting(int result, int submissionQueue, int submissionHead, int commandId, int status) {}

    private final Bus bus;
    private final long address;
    private final int entries;
    private final int vector;
    private final MemorySegment entry = MemorySegment.ofArray(new byte[ENTRY]);
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int head;
    private int tail;
    private int phase = 1;
    private int users;

    /**
     * Makes an empty queue.
     *
     * @param vector which message it sends, or -1 for none
     */
    CompletionQueue(Bus bus, long address, int entries, int vector) {
        this.bus = bus;
        this.address = address;
        this.entries = entries;
        this.vector = vector;
    }

    /** Counts the submission queues that complete to this one. */
    void use(int change) {
        users += change;
    }

    boolean isUsed() {
        return users > 0;
    }

    boolean isFull() {
        return (tail + 1) % entries == head;
    }

    /** Takes what the host wrote to the doorbell; returns what is wrong with it, or nothing. */
    @Nullable
    String moveHead(int newHead) {
        if (newHead >= entries) {
            return "it is outside of the queue of " + entries;
        }
        if (newHead == head) {
            return "it is what was written before";
        }
        if (distance(head, newHead) > distance(head, tail)) {
            return "it removes entries that were not posted";
        }
        head = newHead;
        while (!waiting.isEmpty() && !isFull()) {
            Waiting first = waiting.remove();
            write(first.result, first.submissionQueue, first.submissionHead, first.commandId, first.status);
        }
        return null;
    }

    private int distance(int from, int to) {
        return (to - from + entries) % entries;
    }

    /** Posts a completion, as soon as there is room. */
    void post(int result, int submissionQueue, int submissionHead, int commandId, int status) {
        if (isFull() || !waiting.isEmpty()) {
            waiting.add(new Waiting(result, submissionQueue, submissionHead, commandId, status));
        } else {
            write(result, submissionQueue, submissionHead, commandId, status);
        }
    }

    private void write(int result, int submissionQueue, int submissionHead, int commandId, int status) {
        entry.set(INT32, 0, result);
        entry.set(INT32, 4, 0);
        entry.set(INT32, 8, submissionHead | (submissionQueue << 16));
        entry.set(INT32, 12, commandId | (phase << 16) | (status << 17));
        // The dword with the phase tag comes last, so that the host never sees half an entry.
        bus.write(address + (long) tail * ENTRY, entry.asSlice(0, 12));
        bus.write(address + (long) tail * ENTRY + 12, entry.asSlice(12, 4));
        tail++;
        if (tail == entries) {
            tail = 0;
            phase ^= 1;
        }
        if (vector >= 0) {
            bus.message(vector);
        }
    }
}
