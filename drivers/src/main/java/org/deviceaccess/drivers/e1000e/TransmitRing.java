// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;

/**
 * The transmit ring: legacy descriptors in memory, which the device reads up to the tail that it is told (82574 datasheet,
 * chapter 7.2).
 *
 * <p>The device reports the last descriptor of each batch only (RS), and with it all before, and one of each 256 in a longer
 * batch. The rest of the ring costs it no write, and the driver no look.
 */
final class TransmitRing {
    /** So many packets at 10 Mbit/s take a third of a second: in that time a card that works reports something. */
    private static final int MOST_BEFORE_REPORT = 256;

    /** The length of the Ethernet header. */
    static final int SHORTEST = 14;

    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY_SHIFT = 4;
    private static final int STATE = 8;
    private static final long END_OF_PACKET = 1L << 24;
    private static final long INSERT_FCS = 1L << 25;
    private static final long REPORT_STATUS = 1L << 27;
    private static final long DONE = 1L << 32;
    /** What Ethernet demands, without frame check sequence. */
    private static final int LEAST_ON_WIRE = 60;
    /** The gaps between packets that chapter 10.2.6 recommends for copper: IPGT 8, IPGR1 8, IPGR2 6. */
    private static final int GAPS = 8 | 8 << 10 | 6 << 20;

    private static final int COLLISION_THRESHOLD = 0x0f;
    private static final int COLLISION_DISTANCE = 0x3f;

    private final E1000eRegisters registers;
    private final MemorySegment memory;
    private final long deviceAddress;
    private final PacketPool pool;
    private final int longest;
    private final int[] buffers;
    /** For the first descriptor of a batch, which is its last. */
    private final int[] ends;

    private int head;
    private int used;

    /**
     * Makes an empty ring.
     *
     * @param memory zeroed memory of 16 bytes for each descriptor, whose number is a power of two of at least 8
     * @param deviceAddress where it is for the device
     * @param longest the length of the longest packet that is sent
     */
    TransmitRing(E1000eRegisters registers, MemorySegment memory, long deviceAddress, PacketPool pool, int longest) {
        this.registers = registers;
        this.memory = memory;
        this.deviceAddress = deviceAddress;
        this.pool = pool;
        this.longest = longest;
        this.buffers = new int[(int) (memory.byteSize() >>> ENTRY_SHIFT)];
        this.ends = new int[buffers.length];
    }

    /** Tells the device where the ring is, and lets it send (4.6.6). */
    void start() {
        registers.write(E1000eRegisters.TDBAL, (int) deviceAddress);
        registers.write(E1000eRegisters.TDBAH, (int) (deviceAddress >>> Integer.SIZE));
        registers.write(E1000eRegisters.TDLEN, buffers.length << ENTRY_SHIFT);
        registers.write(E1000eRegisters.TDH, 0);
        registers.write(E1000eRegisters.TDT, 0);
        registers.write(E1000eRegisters.TIDV, 0);
        registers.write(
                E1000eRegisters.TXDCTL,
                registers.read(E1000eRegisters.TXDCTL)
                        | E1000eRegisters.TXDCTL_GRAN
                        | E1000eRegisters.TXDCTL_RESERVED_ONE);
        registers.write(E1000eRegisters.TIPG, GAPS);
        registers.write(
                E1000eRegisters.TCTL,
                E1000eRegisters.TCTL_EN
                        | E1000eRegisters.TCTL_PSP
                        | COLLISION_THRESHOLD << E1000eRegisters.TCTL_CT_SHIFT
                        | COLLISION_DISTANCE << E1000eRegisters.TCTL_COLD_SHIFT);
    }

    /** Gives all buffers back to the pool, of a device that is at rest; the ring is as new then. */
    void discard() {
        giveBack(used);
        head = 0;
        memory.fill((byte) 0);
    }

    /** Hands packets to the device, from the front of a batch, and returns how many. */
    int send(PacketBatch batch) {
        int count = Math.min(batch.size(), buffers.length - 1 - used);
        if (count == 0) {
            return 0;
        }
        int first = wrap(head + used);
        // What is written here is behind the tail, so the device does not see it before the tail moves.
        int straight = Math.min(count, buffers.length - first);
        fill(batch, 0, first, straight);
        if (count > straight) {
            fill(batch, straight, 0, count - straight);
        }
        for (int described = 0; described < count; described += MOST_BEFORE_REPORT) {
            int last = wrap(first + Math.min(count, described + MOST_BEFORE_REPORT) - 1);
            long state = stateOf(last);
            memory.set(INT64, state, memory.get(INT64, state) | REPORT_STATUS);
            ends[wrap(first + described)] = last;
        }
        batch.copyBuffers(0, buffers, first, straight);
        batch.copyBuffers(straight, buffers, 0, count - straight);
        used += count;
        batch.removeFirst(count);
        registers.write(E1000eRegisters.TDT, wrap(first + count));
        return count;
    }

    /** Describes packets, without a turn at the end of the ring: that keeps the loop simple for the compiler. */
    private void fill(PacketBatch batch, int from, int at, int count) {
        MemorySegment ring = memory;
        for (int i = 0; i < count; i++) {
            int length = batch.length(from + i);
            if (length < LEAST_ON_WIRE || length > longest) {
                length = pad(batch, from + i, length);
            }
            long entry = (long) (at + i) << ENTRY_SHIFT;
            ring.set(INT64, entry, pool.deviceAddress(batch.buffer(from + i)));
            ring.set(INT64, entry + STATE, length | END_OF_PACKET | INSERT_FCS);
        }
    }

    /** Returns the length on the wire of a packet that is not of an ordinary one. */
    private int pad(PacketBatch batch, int index, int length) {
        if (length < SHORTEST || length > longest) {
            throw new IllegalArgumentException(
                    "a packet of " + length + " bytes, which is not " + SHORTEST + " to " + longest);
        }
        // The device would pad too, but not below 17 bytes.
        batch.memory(index).asSlice(length, LEAST_ON_WIRE - length).fill((byte) 0);
        return LEAST_ON_WIRE;
    }

    /** Gives the buffers of sent packets back to the pool, and returns how many packets are not sent. */
    int reclaim() {
        while (used > 0) {
            int last = ends[head];
            if ((memory.get(INT64, stateOf(last)) & DONE) == 0) {
                break;
            }
            VarHandle.acquireFence();
            giveBack(wrap(last - head) + 1);
        }
        return used;
    }

    /** Gives the buffers of the first packets back to the pool. */
    private void giveBack(int count) {
        int straight = Math.min(count, buffers.length - head);
        pool.giveBack(buffers, head, straight);
        if (count > straight) {
            pool.giveBack(buffers, 0, count - straight);
        }
        head = wrap(head + count);
        used -= count;
    }

    private static long stateOf(int descriptor) {
        return ((long) descriptor << ENTRY_SHIFT) + STATE;
    }

    private int wrap(int index) {
        return index & (buffers.length - 1);
    }
}
