// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A submission queue: a ring of commands in memory, of which the device reads those up to the tail that it is told
 * (NVM Express Base Specification 1.4, 4.1 and 4.2).
 *
 * <p>Never full: whoever submits has fewer commands under way than there are entries, and a command whose completion was
 * seen was read before.
 */
final class SubmissionRing {
    /** The logarithm of the length of an entry in bytes. */
    static final int ENTRY_SHIFT = 6;

    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final NvmeRegisters registers;
    private final MemorySegment memory;
    private final int entries;
    private final long doorbell;
    private int tail;
    private int rung;

    SubmissionRing(NvmeRegisters registers, MemorySegment memory, int entries, long doorbell) {
        this.registers = registers;
        this.memory = memory;
        this.entries = entries;
        this.doorbell = doorbell;
    }

    int entries() {
        return entries;
    }

    /**
     * Writes a command behind the tail (figure 105). The device learns of it by {@link #start}.
     *
     * @param data1 where the data is: the first PRP entry
     * @param data2 the second PRP entry, or 0
     * @param dwords10 dwords 10 (the low half) and 11
     * @param dwords12 dwords 12 (the low half) and 13
     */
    void add(int opcode, int commandId, int namespace, long data1, long data2, long dwords10, long dwords12) {
        long at = (long) tail << ENTRY_SHIFT;
        memory.set(INT64, at, opcode | (long) commandId << 16 | (long) namespace << Integer.SIZE);
        memory.set(INT64, at + 8, 0);
        memory.set(INT64, at + 16, 0);
        memory.set(INT64, at + 24, data1);
        memory.set(INT64, at + 32, data2);
        memory.set(INT64, at + 40, dwords10);
        memory.set(INT64, at + 48, dwords12);
        memory.set(INT64, at + 56, 0);
        tail = tail + 1 == entries ? 0 : tail + 1;
    }

    /** Tells the device the tail, if it has moved. */
    void start() {
        if (tail != rung) {
            rung = tail;
            registers.ring(doorbell, tail);
        }
    }

    /** Empties the ring, which the device does not know any more. */
    void clear() {
        memory.fill((byte) 0);
        tail = 0;
        rung = 0;
    }
}
