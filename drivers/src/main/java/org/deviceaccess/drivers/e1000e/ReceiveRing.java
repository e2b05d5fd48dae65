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

    private static final long SOUND_MASK = DONE | END_OF_PACKET | FRAME_ERRORS;
    private static final long SOUND = DONE | END_OF_PACKET;
    /** So many buffers are given to the device at once while packets arrive: each time costs a register write. */
    private static final int REFILL = 32;

    private final E1000eRegisters registers;
    private final MemorySegment memory;
    private final long deviceAddress;
    private final PacketPool pool;
    private final int longest;
    private final int[] buffers;
    /** Of the packets that are about to be handed over. */
    private final int[] lengths;

    private final int refillAtOnce;
    private int head;
    private int posted;

    /**
     * Makes an empty ring.
     *
     * @param memory zeroed memory of 16 bytes for each descriptor, whose number is a power of two of at least 8
     * @param deviceAddress where it is for the device
     * @param longest the length of the longest packet that makes sense
     */
    ReceiveRing(E1000eRegisters registers, MemorySegment memory, long deviceAddress, PacketPool pool, int longest) {
        this.registers = registers;
        this.memory = memory;
        this.deviceAddress = deviceAddress;
        this.pool = pool;
        this.longest = longest;
        this.buffers = new int[(int) (memory.byteSize() >>> ENTRY_SHIFT)];
        this.lengths = new int[buffers.length];
        this.refillAtOnce = Math.min(REFILL, buffers.length / 4);
    }

    /** Tells the device where the ring is, and lets it receive (4.6.5). */
    void start() {
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
        refill(1);
    }

    /** Gives all buffers back to the pool, of a device that is at rest; the ring is as new then. */
    void discard() {
        int straight = Math.min(posted, buffers.length - head);
        pool.giveBack(buffers, head, straight);
        pool.giveBack(buffers, 0, posted - straight);
        head = 0;
        posted = 0;
        memory.fill((byte) 0);
    }

    /** Gives the device free buffers; returns whether it has as many as it can have then. */
    boolean refill() {
        refill(1);
        return posted == buffers.length - 1;
    }

    /** Returns whether a packet has arrived. */
    boolean isReady() {
        return posted > 0 && (state() & DONE) != 0;
    }

    /** Moves packets that have arrived to a batch, and gives the device free buffers instead. */
    int receive(PacketBatch batch) {
        int before = batch.size();
        try {
            // In straight runs, without a turn at the end of the ring: that keeps the loop simple for the compiler.
            int run = run(batch);
            while (run > 0) {
                int taken = take(batch, run);
                head = wrap(head + taken);
                posted -= taken;
                if (taken < run && !pass(batch.size() == before)) {
                    break;
                }
                run = run(batch);
            }
        } finally {
            refill(batch.size() == before ? 1 : refillAtOnce);
        }
        return batch.size() - before;
    }

    /** Returns how many packets there can be from the head to the end of the ring. */
    private int run(PacketBatch batch) {
        return Math.min(Math.min(batch.room(), posted), buffers.length - head);
    }

    /** Moves packets from the head to a batch, up to one that has not arrived or is not as it should be. */
    private int take(PacketBatch batch, int count) {
        MemorySegment ring = memory;
        int from = head;
        int most = longest;
        int taken = 0;
        while (taken < count) {
            long state = ring.get(INT64, ((long) (from + taken) << ENTRY_SHIFT) + STATE);
            int length = (int) (state & LENGTH_MASK);
            // Unsigned: a length of 0 is too long as well.
            if ((state & SOUND_MASK) != SOUND || Integer.compareUnsigned(length - 1, most) >= 0) {
                break;
            }
            lengths[from + taken] = length;
            taken++;
        }
        VarHandle.acquireFence();
        batch.addAll(buffers, lengths, from, taken);
        return taken;
    }

    /**
     * Looks at the packet at the head, which was not an ordinary one a moment ago: drops one with a damaged frame.
     *
     * @param first whether no packet was received before it
     * @return whether to go on; false if it has not arrived, or cannot be and is to be reported first thing in the next call
     * @throws org.deviceaccess.spi.error.DeviceFaultException if it cannot be and is the first; it is dropped
     */
    private boolean pass(boolean first) {
        long state = state();
        if ((state & DONE) == 0) {
            return false;
        }
        VarHandle.acquireFence();
        long length = state & LENGTH_MASK;
        if ((state & END_OF_PACKET) == 0 || length == 0 || length > longest) {
            if (first) {
                drop();
                throw strange(state);
            }
            return false;
        }
        if ((state & FRAME_ERRORS) != 0) {
            drop();
        }
        return true;
    }

    private long state() {
        return memory.get(INT64, ((long) head << ENTRY_SHIFT) + STATE);
    }

    private int wrap(int index) {
        return index & (buffers.length - 1);
    }

    private void drop() {
        pool.giveBack(buffers, head, 1);
        head = wrap(head + 1);
        posted--;
    }

    /**
     * Gives free buffers to the device, all but one of the descriptors if there are enough: a full ring looks empty.
     *
     * @param least how many must be wanted
     */
    private void refill(int least) {
        int wanted = buffers.length - 1 - posted;
        if (wanted < least) {
            return;
        }
        int tail = wrap(head + posted);
        int straight = Math.min(wanted, buffers.length - tail);
        int given = post(tail, straight);
        if (given == straight && wanted > straight) {
            given += post(0, wanted - straight);
        }
        if (given > 0) {
            posted += given;
            registers.write(E1000eRegisters.RDT, wrap(tail + given));
        }
    }

    /** Puts up to so many free buffers into descriptors, and returns how many. */
    private int post(int at, int count) {
        MemorySegment ring = memory;
        int given = pool.take(buffers, at, count);
        for (int i = at; i < at + given; i++) {
            long entry = (long) i << ENTRY_SHIFT;
            ring.set(INT64, entry, pool.deviceAddress(buffers[i]));
            ring.set(INT64, entry + STATE, 0);
        }
        return given;
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
