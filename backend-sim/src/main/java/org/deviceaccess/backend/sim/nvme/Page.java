// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A data structure that the controller answers with: zeros, until little-endian fields are put into it. */
final class Page {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment memory;

    Page(int length) {
        memory = MemorySegment.ofArray(new byte[length]);
    }

    MemorySegment memory() {
        return memory;
    }

    Page put8(long offset, int value) {
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
        return this;
    }

    Page put16(long offset, int value) {
        memory.set(INT16, offset, (short) value);
        return this;
    }

    Page put32(long offset, int value) {
        memory.set(INT32, offset, value);
        return this;
    }

    Page put64(long offset, long value) {
        memory.set(INT64, offset, value);
        return this;
    }

    Page putBytes(long offset, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
        return this;
    }

    /** Puts ASCII text, filled up with spaces. */
    Page putText(long offset, int length, String text) {
        memory.asSlice(offset, length).fill((byte) ' ');
        return putBytes(offset, text.getBytes(StandardCharsets.US_ASCII));
    }
}
