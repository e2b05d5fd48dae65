// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.model.Bus;

/** A completion queue as the controller has it (NVM Express Base Specification 1.4, 4.6). */
final class CompletionQueue {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY = 16;

    private final Bus bus;
    private final long address;
    private final int entries;
    private final int vector;
    private final MemorySegment entry = MemorySegment.ofArray(new byte[ENTRY]);
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

    /** Takes what the host wrote to the doorbell; returns whether it makes sense. */
    boolean moveHead(int newHead) {
        if (newHead >= entries) {
            return false;
        }
        head = newHead;
        return true;
    }

    /** Posts a completion; the queue is not full. */
    void post(int result, int submissionQueue, int submissionHead, int commandId, int status) {
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
