// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;

/**
 * Some flows of numbered packets from one port to another, or to itself, whose whole content follows from flow and
 * number. No more are on the way than the receiver has descriptors for, as nothing else holds the sender back.
 */
public final class Flows {
    public static final int HEADER = 14;
    public static final Duration LONG = Duration.ofSeconds(30);

    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int FLOW = 16;
    private static final int NUMBER = 24;
    private static final int DATA = 32;
    private static final int SHORTEST = 60;
    private static final int BATCH = 32;
    private static final int WINDOW = 128;

    private final NetworkPort sender;
    private final NetworkPort receiver;
    private final boolean sleeping;
    private final PacketBatch out;
    private final PacketBatch in;
    private final long[] numbered;
    private final long[] expected;
    private long filled;
    private long received;

    /**
     * Makes flows that have sent nothing.
     *
     * @param sleeping whether the receiver sleeps until packets arrive, instead of looking again and again
     */
    public Flows(NetworkPort sender, NetworkPort receiver, int flows, boolean sleeping) {
        this.sender = sender;
        this.receiver = receiver;
        this.sleeping = sleeping;
        this.out = sender.pool().batch(BATCH);
        this.in = receiver.pool().batch(BATCH);
        this.numbered = new long[flows];
        this.expected = new long[flows];
    }

    /** Returns how many packets arrived. */
    public long received() {
        return received;
    }

    /** Sends so many packets and receives all of them; stops sending earlier when the time is over. */
    public void run(long packets, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        long target = filled + packets;
        while (received < target) {
            if (System.nanoTime() - start > limit.toNanos()) {
                target = filled;
            }
            step(target);
        }
        assertTrue(out.isEmpty(), "all that was made was sent");
    }

    /** Fills what there is room for, sends, and receives what is there. */
    public void step(long target) throws InterruptedException {
        int wanted = (int) Math.min(Math.min(target - filled, WINDOW - (filled - received)), out.room());
        int first = out.size();
        sender.pool().take(out, wanted);
        for (int i = first; i < out.size(); i++) {
            fill(i);
        }
        sender.send(out);
        sender.underWay();
        collect();
        if (sleeping && filled > received) {
            assertTrue(receiver.awaitPackets(LONG), "packets are on the way");
        }
    }

    /** Receives and checks what is there. */
    public int collect() {
        int count = receiver.receive(in);
        for (int i = 0; i < count; i++) {
            check(in.memory(i), in.length(i));
        }
        in.giveBack();
        return count;
    }

    private void fill(int index) {
        int flow = (int) (filled % numbered.length);
        long number = numbered[flow]++;
        filled++;
        int length = length(flow, number);
        MemorySegment packet = out.memory(index);
        address(packet, receiver.mac(), sender.mac());
        packet.set(INT64, FLOW, flow);
        packet.set(INT64, NUMBER, number);
        for (int at = DATA; at + Long.BYTES <= length; at += Long.BYTES) {
            packet.set(INT64, at, content(flow, number, at));
        }
        for (int at = length & -Long.BYTES; at < length; at++) {
            packet.set(ValueLayout.JAVA_BYTE, at, (byte) (number + at));
        }
        out.setLength(index, length);
    }

    private void check(MemorySegment packet, int length) {
        int flow = (int) packet.get(INT64, FLOW);
        long number = packet.get(INT64, NUMBER);
        assertTrue(flow >= 0 && flow < expected.length, "a flow that nobody sent");
        if (number != expected[flow] || length != length(flow, number)) {
            assertEquals(expected[flow], number, "each packet once and in order");
            assertEquals(length(flow, number), length, "the length");
        }
        expected[flow]++;
        received++;
        boolean same = true;
        for (int at = DATA; at + Long.BYTES <= length; at += Long.BYTES) {
            same &= packet.get(INT64, at) == content(flow, number, at);
        }
        for (int at = length & -Long.BYTES; at < length; at++) {
            same &= packet.get(ValueLayout.JAVA_BYTE, at) == (byte) (number + at);
        }
        if (!same) {
            throw new AssertionError("the content of packet " + number + " of flow " + flow);
        }
    }

    /** Mostly short packets, and some of every length. */
    private static int length(int flow, long number) {
        return number % 16 != 0 ? SHORTEST + flow : SHORTEST + (int) (number * 7919 % (1519 - SHORTEST));
    }

    private static long content(int flow, long number, int at) {
        return (number * 0x9e3779b97f4a7c15L) ^ ((long) flow << Integer.SIZE) ^ at;
    }

    /** Writes the start of an Ethernet header, with a type for experiments. */
    public static void address(MemorySegment packet, MacAddress destination, MacAddress source) {
        for (int i = 0; i < MacAddress.LENGTH; i++) {
            packet.set(ValueLayout.JAVA_BYTE, i, (byte) destination.octet(i));
            packet.set(ValueLayout.JAVA_BYTE, MacAddress.LENGTH + i, (byte) source.octet(i));
        }
        packet.set(ValueLayout.JAVA_BYTE, 12, (byte) 0x88);
        packet.set(ValueLayout.JAVA_BYTE, 13, (byte) 0xb5);
    }

    /** Sends one packet of a length, to a station, with one byte all over. */
    public static void sendOne(NetworkPort port, MacAddress destination, int length, int content) {
        PacketBatch batch = port.pool().batch(1);
        assertEquals(1, port.pool().take(batch, 1));
        batch.memory(0).asSlice(0, length).fill((byte) content);
        address(batch.memory(0), destination, port.mac());
        batch.setLength(0, length);
        assertEquals(1, port.send(batch));
    }
}
