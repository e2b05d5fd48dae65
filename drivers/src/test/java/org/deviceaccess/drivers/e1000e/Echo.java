// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.network.MacAddress;

/** ARP (RFC 826) and ICMP echo (RFC 792) over IPv4 (RFC 791) on Ethernet: enough to talk to the kernel. */
final class Echo {
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int TYPE = 12;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int ARP = 14;
    private static final int ARP_OPERATION = ARP + 6;
    private static final int ARP_SENDER = ARP + 8;
    private static final int ARP_SENDER_IP = ARP + 14;
    private static final int ARP_TARGET = ARP + 18;
    private static final int ARP_TARGET_IP = ARP + 24;
    private static final int ARP_END = ARP + 28;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;
    private static final int IP = 14;
    private static final int IP_LENGTH = IP + 2;
    private static final int IP_TTL = IP + 8;
    private static final int IP_PROTOCOL = IP + 9;
    private static final int IP_CHECKSUM = IP + 10;
    private static final int IP_SOURCE = IP + 12;
    private static final int IP_DESTINATION = IP + 16;
    private static final int ICMP = IP + 20;
    private static final int ICMP_CHECKSUM = ICMP + 2;
    private static final int ICMP_ID = ICMP + 4;
    private static final int ICMP_SEQUENCE = ICMP + 6;
    private static final int DATA = ICMP + 8;
    private static final int PROTOCOL_ICMP = 1;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST = 8;
    private static final int OUR_ID = 0xda;

    private final MacAddress mac;
    private final int address;

    /** Makes a station with a hardware address and an IPv4 address. */
    Echo(MacAddress mac, int address) {
        this.mac = mac;
        this.address = address;
    }

    /** Writes the question who has an address, and returns its length. */
    int arpRequest(MemorySegment packet, int wanted) {
        packet.asSlice(0, ARP_END).fill((byte) 0);
        header(packet, MacAddress.BROADCAST, TYPE_ARP);
        packet.set(INT16, ARP, (short) 1); // Ethernet
        packet.set(INT16, ARP + 2, (short) TYPE_IPV4);
        packet.set(ValueLayout.JAVA_BYTE, ARP + 4, (byte) MacAddress.LENGTH);
        packet.set(ValueLayout.JAVA_BYTE, ARP + 5, (byte) Integer.BYTES);
        packet.set(INT16, ARP_OPERATION, (short) ARP_REQUEST);
        put(packet, ARP_SENDER, mac);
        packet.set(INT32, ARP_SENDER_IP, address);
        packet.set(INT32, ARP_TARGET_IP, wanted);
        return ARP_END;
    }

    /** Returns whether a packet tells who has an address. */
    boolean isArpReply(MemorySegment packet, MacAddress owner, int wanted) {
        return has(packet, TYPE, TYPE_ARP)
                && has(packet, ARP_OPERATION, ARP_REPLY)
                && at(packet, ARP_SENDER).equals(owner)
                && packet.get(INT32, ARP_SENDER_IP) == wanted
                && at(packet, ARP_TARGET).equals(mac)
                && packet.get(INT32, ARP_TARGET_IP) == address;
    }

    /** Writes an echo request, and returns its length. */
    int echoRequest(MemorySegment packet, MacAddress to, int destination, int sequence, int bytes) {
        packet.asSlice(0, DATA).fill((byte) 0);
        header(packet, to, TYPE_IPV4);
        packet.set(ValueLayout.JAVA_BYTE, IP, (byte) 0x45);
        packet.set(INT16, IP_LENGTH, (short) (DATA - IP + bytes));
        packet.set(ValueLayout.JAVA_BYTE, IP_TTL, (byte) 64);
        packet.set(ValueLayout.JAVA_BYTE, IP_PROTOCOL, (byte) PROTOCOL_ICMP);
        packet.set(INT32, IP_SOURCE, address);
        packet.set(INT32, IP_DESTINATION, destination);
        packet.set(INT16, IP_CHECKSUM, (short) ~sum(packet, IP, ICMP));
        packet.set(ValueLayout.JAVA_BYTE, ICMP, (byte) ECHO_REQUEST);
        packet.set(INT16, ICMP_ID, (short) OUR_ID);
        packet.set(INT16, ICMP_SEQUENCE, (short) sequence);
        for (int i = 0; i < bytes; i++) {
            packet.set(ValueLayout.JAVA_BYTE, DATA + i, content(sequence, i));
        }
        packet.set(INT16, ICMP_CHECKSUM, (short) ~sum(packet, ICMP, DATA + bytes));
        return DATA + bytes;
    }

    boolean isEchoReply(MemorySegment packet) {
        return has(packet, TYPE, TYPE_IPV4)
                && packet.get(ValueLayout.JAVA_BYTE, IP_PROTOCOL) == PROTOCOL_ICMP
                && packet.get(ValueLayout.JAVA_BYTE, ICMP) == ECHO_REPLY;
    }

    /** Checks every field of an answer that has to be as the request said. */
    void assertEchoReply(MemorySegment packet, int length, MacAddress from, int source, int sequence, int bytes) {
        assertTrue(length >= DATA + bytes, length + " bytes for " + bytes);
        assertEquals(mac, at(packet, 0));
        assertEquals(from, at(packet, MacAddress.LENGTH));
        assertEquals(DATA - IP + bytes, packet.get(INT16, IP_LENGTH));
        assertEquals(source, packet.get(INT32, IP_SOURCE));
        assertEquals(address, packet.get(INT32, IP_DESTINATION));
        assertEquals(0xffff, sum(packet, IP, ICMP), "the checksum of the header");
        assertEquals(0xffff, sum(packet, ICMP, DATA + bytes), "the checksum of the message");
        assertEquals(OUR_ID, packet.get(INT16, ICMP_ID));
        assertEquals(sequence, packet.get(INT16, ICMP_SEQUENCE));
        for (int i = 0; i < bytes; i++) {
            assertEquals(content(sequence, i), packet.get(ValueLayout.JAVA_BYTE, DATA + i), "byte " + i);
        }
    }

    /** Makes the answer of a question to this station, in its place; returns its length, or 0 if it is none. */
    int answer(MemorySegment packet, int length) {
        if (has(packet, TYPE, TYPE_ARP)
                && has(packet, ARP_OPERATION, ARP_REQUEST)
                && packet.get(INT32, ARP_TARGET_IP) == address) {
            MacAddress asking = at(packet, ARP_SENDER);
            int from = packet.get(INT32, ARP_SENDER_IP);
            arpRequest(packet, from);
            put(packet, 0, asking);
            packet.set(INT16, ARP_OPERATION, (short) ARP_REPLY);
            put(packet, ARP_TARGET, asking);
            return ARP_END;
        }
        if (!has(packet, TYPE, TYPE_IPV4)
                || packet.get(INT32, IP_DESTINATION) != address
                || packet.get(ValueLayout.JAVA_BYTE, IP_PROTOCOL) != PROTOCOL_ICMP
                || packet.get(ValueLayout.JAVA_BYTE, ICMP) != ECHO_REQUEST) {
            return 0;
        }
        int end = IP + packet.get(INT16, IP_LENGTH);
        assertTrue(end <= length, end + " bytes in a packet of " + length);
        assertEquals(0xffff, sum(packet, IP, ICMP), "the checksum of the header");
        assertEquals(0xffff, sum(packet, ICMP, end), "the checksum of the message");
        header(packet, at(packet, MacAddress.LENGTH), TYPE_IPV4);
        packet.set(INT32, IP_DESTINATION, packet.get(INT32, IP_SOURCE));
        packet.set(INT32, IP_SOURCE, address); // the sum is the same
        packet.set(ValueLayout.JAVA_BYTE, ICMP, (byte) ECHO_REPLY);
        packet.set(INT16, ICMP_CHECKSUM, (short) 0);
        packet.set(INT16, ICMP_CHECKSUM, (short) ~sum(packet, ICMP, end));
        return end;
    }

    private void header(MemorySegment packet, MacAddress to, int type) {
        put(packet, 0, to);
        put(packet, MacAddress.LENGTH, mac);
        packet.set(INT16, TYPE, (short) type);
    }

    private static boolean has(MemorySegment packet, int offset, int value) {
        return Short.toUnsignedInt(packet.get(INT16, offset)) == value;
    }

    private static void put(MemorySegment packet, int offset, MacAddress mac) {
        packet.set(INT16, offset, (short) (mac.bits() >>> 32));
        packet.set(INT32, offset + 2, (int) mac.bits());
    }

    private static MacAddress at(MemorySegment packet, int offset) {
        return new MacAddress(
                (packet.get(INT16, offset) & 0xffffL) << 32 | packet.get(INT32, offset + 2) & 0xffffffffL);
    }

    /** The sum of 16-bit words in one's complement (RFC 1071); 0xffff over what has its checksum in it. */
    private static int sum(MemorySegment packet, int from, int to) {
        int sum = 0;
        for (int at = from; at < to; at++) {
            int octet = packet.get(ValueLayout.JAVA_BYTE, at) & 0xff;
            sum += (at - from) % 2 == 0 ? octet << Byte.SIZE : octet;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> Short.SIZE);
        }
        return sum;
    }

    private static byte content(int sequence, int index) {
        return (byte) (31 * sequence + 7 * index);
    }
}
