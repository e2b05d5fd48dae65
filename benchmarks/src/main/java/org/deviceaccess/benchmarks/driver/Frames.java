// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.network.MacAddress;

/** Frames for everybody, of a type that is reserved for experiments (IEEE 802, local experimental EtherType 1). */
final class Frames {
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int ADDRESS_LENGTH = 6;
    private static final short EXPERIMENTAL = (short) 0x88b5;

    private Frames() {}

    /** Writes the header of a frame to all stations. */
    static void write(MemorySegment frame, MacAddress source) {
        for (int i = 0; i < ADDRESS_LENGTH; i++) {
            frame.set(ValueLayout.JAVA_BYTE, i, (byte) 0xff);
            frame.set(ValueLayout.JAVA_BYTE, ADDRESS_LENGTH + i, (byte) source.octet(i));
        }
        frame.set(INT16, 2L * ADDRESS_LENGTH, EXPERIMENTAL);
    }
}
