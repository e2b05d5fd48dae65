// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.deviceaccess.spi.network.MacAddress;
import org.junit.jupiter.api.Test;

class UdpFramesTest {
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final MacAddress MAC = MacAddress.parse("52:54:00:00:00:13");

    @Test
    void everyFrameHasAllHeaders() {
        byte[] frame = new byte[60];
        new UdpFrames(MAC, 60).write(MemorySegment.ofArray(frame));
        assertEquals(
                "ffffffffffff5254000000130800" // Ethernet
                        + "4500002e000000004011" + "ee97" + "c6120001c6120002" // IPv4
                        + "00090009001a0000", // UDP
                HexFormat.of().formatHex(frame, 0, 42));
    }

    @Test
    void theChecksumOfTheInternetHeaderIsRight() {
        for (int length : new int[] {42, 60, 1514}) {
            MemorySegment frame = MemorySegment.ofArray(new byte[length]);
            new UdpFrames(MAC, length).write(frame);
            int sum = 0;
            for (int offset = 14; offset < 34; offset += 2) {
                sum += frame.get(INT16, offset) & 0xffff;
            }
            assertEquals(0xffff, (sum & 0xffff) + (sum >>> 16), "one's complement sum, of a frame of " + length);
        }
    }

    @Test
    void aFrameTooShortForItsHeadersIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new UdpFrames(MAC, 41));
    }
}
