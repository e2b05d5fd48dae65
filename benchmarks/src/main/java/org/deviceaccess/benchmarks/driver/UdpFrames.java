// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.network.MacAddress;

/** Frames for everybody with the headers of IPv4 (RFC 791) and UDP (RFC 768), between addresses that are for benchmarks. */
final class UdpFrames {
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int ETHERNET = 14;
    private static final int IP = 20;
    private static final int UDP = 8;
    private static final int HEADERS = ETHERNET + IP + UDP;

    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final short VERSION_4_WITHOUT_OPTIONS = 0x4500;
    private static final short TIME_TO_LIVE_64_UDP = 0x4011;
    // 198.18.0.0/15 is for benchmarks (RFC 2544, appendix C.2.2).
    private static final int SOURCE = (198 << 24) | (18 << 16) | 1;
    private static final int DESTINATION = (198 << 24) | (18 << 16) | 2;
    private static final short DISCARD_PORT = 9; // RFC 863

    private final int length;
    private final long source;
    private final short checksum;

    /**
     * Prepares such frames.
     *
     * @param mac where they are from
     * @param length the length of a frame in bytes, without frame check sequence
     */
    UdpFrames(MacAddress mac, int length) {
        if (length < HEADERS) {
            throw new IllegalArgumentException("the headers alone have " + HEADERS + " bytes, a frame " + length);
        }
        this.length = length;
        this.source = mac.bits();
        this.checksum = checksum(length - ETHERNET);
    }

    /** Writes all headers into a frame. */
    void write(MemorySegment frame) {
        frame.set(INT32, 0, -1);
        frame.set(INT16, 4, (short) -1);
        frame.set(INT16, 6, (short) (source >>> 32));
        frame.set(INT32, 8, (int) source);
        frame.set(INT16, 12, ETHERTYPE_IPV4);

        frame.set(INT16, ETHERNET, VERSION_4_WITHOUT_OPTIONS);
        frame.set(INT16, ETHERNET + 2, (short) (length - ETHERNET));
        frame.set(INT32, ETHERNET + 4, 0); // identification, flags and fragment offset
        frame.set(INT16, ETHERNET + 8, TIME_TO_LIVE_64_UDP);
        frame.set(INT16, ETHERNET + 10, checksum);
        frame.set(INT32, ETHERNET + 12, SOURCE);
        frame.set(INT32, ETHERNET + 16, DESTINATION);

        frame.set(INT16, ETHERNET + IP, DISCARD_PORT);
        frame.set(INT16, ETHERNET + IP + 2, DISCARD_PORT);
        frame.set(INT16, ETHERNET + IP + 4, (short) (length - ETHERNET - IP));
        frame.set(INT16, ETHERNET + IP + 6, (short) 0); // no checksum
    }

    private static short checksum(int totalLength) {
        int sum = (VERSION_4_WITHOUT_OPTIONS & 0xffff)
                + totalLength
                + (TIME_TO_LIVE_64_UDP & 0xffff)
                + (SOURCE >>> 16)
                + (SOURCE & 0xffff)
                + (DESTINATION >>> 16)
                + (DESTINATION & 0xffff);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }
}
