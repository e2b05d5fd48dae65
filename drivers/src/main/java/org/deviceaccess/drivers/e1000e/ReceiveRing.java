// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;

/**
 * The receive ring: legacy descriptors in memory, which the driver fills with addresses of free buffers and the device
 * with what it stored there (82574 datasheet, chapters 7.1.4 and 7.1.8).
 *
 * <p>The device writes the length and the status of a descriptor last and together, so they are read together: one load
 * of 64 bits, and what is in the buffer after a fence.
 */
final class ReceiveRing {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY_SHIFT = 4;
    private static final int STATE = 8;
    private static final long LENGTH_MASK = 0xffff;
    private static final long DONE = 1L << 32;
    private static final long END_OF_PACKET = 1L << 33;
    /** Of the errors those of the frame, CE, SE, SEQ, CXE and RXE; not those of the checksums inside of it. */
    private static final long FRAME_ERRORS = 0x97L << 40;

    private final E1000eRegisters registers;
    private final MemorySegment memory;
    private final PacketPool pool;
    private final int longest;
    private final int[] buffers;
    private final PacketBatch spare;
    private int head;
    private int posted;

    /**
     * Makes an empty ring.
     *
     * @param memory zeroed memory of 16 bytes for each descriptor, whose number is a power of two of at least 8
     * @param longest the length of the longest packet that makes sense
     */
    ReceiveRing(E1000eRegisters registers, MemorySegment memory, PacketPool pool, int longest) {
        this.registers = registers;
        this.memory = memory;
        this.pool = pool;
        this.longest = longest;
        this.buffers = new int[(int) (memory.byteSize() >>> ENTRY_SHIFT)];
        this.spare = pool.batch(buffers.length);
    }

    /** Tells the device where the ring is, and lets it receive (4.6.5). */
    void start(long deviceAddress) {
        registers.write(E1000eRegisters.RDTR, 0);
        registers.write(E1000eRegisters.RADV, 0);
        registers.write(E1000eRegisters.RXCSUM, 0);
        registers.write(E1000eRegisters.RFCTL, 0);
        registers.write(E1000eRegisters.MRQC, 0);
        registers.write(E1000eRegisters.RDBAL, (int) deviceAddress);
        registers.write(E1000eRegisters.RDBAH, (int) (deviceAddress >>> Integer.SIZE));
        registers.write(E1000eRegisters.RDLEN, buffers.length << ENTRY_SHIFT);
        registers.write(E1000eRegisters.RDH, 0);
        registers.write(E1000eRegisters.RDT, 0);
        // Buffers of 2,048 bytes and no longer packets (BSIZE and LPE are 0), without frame check sequence.
        registers.write(
                E1000eRegisters.RCTL, E1000eRegisters.RCTL_EN | E1000eRegisters.RCTL_BAM | E1000eRegisters.RCTL_SECRC);
        refill();
    }

    /** Returns whether a packet has arrived. */
    boolean isReady() {
        return posted > 0 && (state() & DONE) != 0;
    }

    /** Moves packets that have arrived to a batch, and gives the device free buffers instead. */
    int receive(PacketBatch batch) {
        int received = 0;
        try {
            while (posted > 0 && batch.room() > 0) {
                long state = state();
                if ((state & DONE) == 0) {
                    break;
                }
                VarHandle.acquireFence();
                int length = (int) (state & LENGTH_MASK);
                if ((state & END_OF_PACKET) == 0 || length == 0 || length > longest) {
                    if (received == 0) {
                        drop();
                        throw strange(state);
                    }
                    break;
                }
                if ((state & FRAME_ERRORS) != 0) {
                    drop();
                } else {
                    batch.add(buffers[head], length);
                    received++;
                    advance();
                }
            }
        } finally {
            refill();
        }
        return received;
    }

    private long state() {
        return memory.get(INT64, ((long) head << ENTRY_SHIFT) + STATE);
    }

    private void advance() {
        head = wrap(head + 1);
        posted--;
    }

    private int wrap(int index) {
        return index & (buffers.length - 1);
    }

    private void drop() {
        spare.add(buffers[head], 0);
        advance();
    }

    /** Gives free buffers to the device, all but one of the descriptors if there are enough: a full ring looks empty. */
    private void refill() {
        int wanted = buffers.length - 1 - posted;
        pool.take(spare, wanted - spare.size());
        int count = spare.size();
        if (count == 0) {
            return;
        }
        int tail = wrap(head + posted);
        for (int i = 0; i < count; i++) {
            int buffer = spare.buffer(i);
            long at = (long) tail << ENTRY_SHIFT;
            memory.set(INT64, at, pool.deviceAddress(buffer));
            memory.set(INT64, at + STATE, 0);
            buffers[tail] = buffer;
            tail = wrap(tail + 1);
        }
        spare.removeFirst(count);
        posted += count;
        registers.write(E1000eRegisters.RDT, tail);
    }

    private RuntimeException strange(long state) {
        return registers.fault(
                "receive a packet",
                "the device describes one of " + (state & LENGTH_MASK) + " bytes"
                        + ((state & END_OF_PACKET) == 0 ? " that does not end in its buffer" : "")
                        + ", which is not 1 to "
                        + longest + " in one buffer");
    }
}
