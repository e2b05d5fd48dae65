// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A completion queue: a ring in memory that the device writes and the driver reads (NVM Express Base Specification 1.4,
 * 4.6).
 *
 * <p>An entry is new when its phase tag differs from that of the round before. The device writes the dword with the tag
 * last; it is read first, and the rest of the entry after a fence.
 */
final class CompletionRing {
    /** The logarithm of the length of an entry in bytes. */
    static final int ENTRY_SHIFT = 4;

    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int SUBMISSION_QUEUE = 8;
    private static final int STATUS = 12;
    private static final int PHASE = 1 << 16;
    private static final int STATUS_SHIFT = 17;

    private final NvmeRegisters registers;
    private final MemorySegment memory;
    private final int entries;
    private final long doorbell;
    private int head;
    private int rung;
    private int phase = PHASE;
    private int last;
    private int result;
    private int source;

    CompletionRing(NvmeRegisters registers, MemorySegment memory, int entries, long doorbell) {
        this.registers = registers;
        this.memory = memory;
        this.entries = entries;
        this.doorbell = doorbell;
    }

    /** Takes the next entry if there is one, which the following methods are about. */
    boolean next() {
        long at = (long) head << ENTRY_SHIFT;
        int status = memory.get(INT32, at + STATUS);
        if ((status & PHASE) != phase) {
            return false;
        }
        VarHandle.acquireFence();
        last = status;
        result = memory.get(INT32, at);
        source = memory.get(INT32, at + SUBMISSION_QUEUE);
        head++;
        if (head == entries) {
            head = 0;
            phase ^= PHASE;
        }
        return true;
    }

    int commandId() {
        return last & 0xffff;
    }

    /** Returns the status field without the phase tag, 15 bits (4.6.1); 0 is success. */
    int status() {
        return last >>> STATUS_SHIFT;
    }

    /** Returns dword 0, which some commands use. */
    int result() {
        return result;
    }

    /** Returns up to where the submission queue was read. */
    int submissionHead() {
        return source & 0xffff;
    }

    /** Returns which submission queue the command came from. */
    int submissionQueue() {
        return source >>> 16;
    }

    /** Gives the entries that were taken back to the device. */
    void release() {
        if (head != rung) {
            rung = head;
            registers.ring(doorbell, head);
        }
    }

    /** Empties the ring, which the device does not know any more. */
    void clear() {
        memory.fill((byte) 0);
        head = 0;
        rung = 0;
        phase = PHASE;
    }
}
