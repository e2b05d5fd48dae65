// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.PacketBatch;

/**
 * Packets that may get lost and overtake each other: each carries a number that no other has, and all that is in it follows
 * from the number. Safe for use by any thread.
 */
final class NumberedPackets {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int NUMBER = 16;
    private static final int DATA = 24;
    private static final int SHORTEST = 60;
    private static final int LONGEST = 1514;

    private final AtomicLong next = new AtomicLong();
    private final BitSet arrived = new BitSet(); // guarded by this

    /** Makes a packet of a buffer of a batch. */
    void fill(PacketBatch batch, int index, MacAddress destination, MacAddress source) {
        long number = next.getAndIncrement();
        int length = length(number);
        MemorySegment packet = batch.memory(index);
        Flows.address(packet, destination, source);
        packet.set(INT64, NUMBER, number);
        for (int at = DATA; at + Long.BYTES <= length; at += Long.BYTES) {
            packet.set(INT64, at, content(number, at));
        }
        for (int at = length & -Long.BYTES; at < length; at++) {
            packet.set(ValueLayout.JAVA_BYTE, at, (byte) content(number, at));
        }
        batch.setLength(index, length);
    }

    /** Asserts that a packet was sent, is whole, and has not arrived before. */
    void check(MemorySegment packet, int length) {
        long number = packet.get(INT64, NUMBER);
        assertTrue(number >= 0 && number < next.get(), () -> "packet " + number + " was never sent");
        assertEquals(length(number), length, () -> "the length of packet " + number);
        boolean whole = true;
        for (int at = DATA; at + Long.BYTES <= length; at += Long.BYTES) {
            whole &= packet.get(INT64, at) == content(number, at);
        }
        for (int at = length & -Long.BYTES; at < length; at++) {
            whole &= packet.get(ValueLayout.JAVA_BYTE, at) == (byte) content(number, at);
        }
        assertTrue(whole, () -> "the content of packet " + number);
        synchronized (this) {
            assertTrue(!arrived.get((int) number), () -> "packet " + number + " arrived twice");
            arrived.set((int) number);
        }
    }

    /** Returns how many packets arrived. */
    synchronized int arrived() {
        return arrived.cardinality();
    }

    /** Mostly short packets, and some of every length. */
    private static int length(long number) {
        return number % 16 != 0 ? SHORTEST : SHORTEST + (int) (number * 7919 % (LONGEST + 1 - SHORTEST));
    }

    private static long content(long number, int at) {
        long mixed = (number + 1) * 0x9e3779b97f4a7c15L + at * 0xbf58476d1ce4e5b9L;
        return mixed ^ mixed >>> 29;
    }
}
