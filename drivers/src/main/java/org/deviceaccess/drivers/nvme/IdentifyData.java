// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** How the fields of data structures are read: little-endian, at any offset. */
final class IdentifyData {
    static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private IdentifyData() {}

    static int unsigned8(MemorySegment page, long offset) {
        return Byte.toUnsignedInt(page.get(ValueLayout.JAVA_BYTE, offset));
    }

    static int unsigned16(MemorySegment page, long offset) {
        return Short.toUnsignedInt(page.get(INT16, offset));
    }

    static BigInteger unsigned128(MemorySegment page, long offset) {
        return unsigned64(page, offset + Long.BYTES).shiftLeft(Long.SIZE).add(unsigned64(page, offset));
    }

    /** Returns ASCII text without the spaces that fill it up; what is no printable character becomes a question mark. */
    static String text(MemorySegment page, long offset, int length) {
        byte[] bytes = page.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .replaceAll("[^\\x20-\\x7e]", "?")
                .strip();
    }

    private static BigInteger unsigned64(MemorySegment page, long offset) {
        return new BigInteger(Long.toUnsignedString(page.get(INT64, offset)));
    }
}
