// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.model.Bus;

/** A ring of legacy descriptors, or of extended ones to receive into, as its registers say (82574 datasheet, chapters 7.1.8 and 7.2.3). */
final class Ring {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY = 16;
    private static final int LOW = 8;
    private static final int HIGH = 12;
    // Behind the base register of the ring.
    private static final int BASE_HIGH = 0x04;
    private static final int LENGTH = 0x08;
    private static final int HEAD = 0x10;
    private static final int TAIL = 0x18;

    private final RegisterFile file;
    private final int base;
    private final MemorySegment entry = MemorySegment.ofArray(new byte[ENTRY]);
    private final MemorySegment hash = entry.asSlice(0, LOW);
    private final MemorySegment low = entry.asSlice(LOW, HIGH - LOW);
    private final MemorySegment high = entry.asSlice(HIGH);

    /** Makes the ring whose first register (RDBAL, TDBAL) is at an offset. */
    Ring(RegisterFile file, int base) {
        this.file = file;
        this.base = base;
    }

    /** Returns whether there is no descriptor for the device. */
    boolean isEmpty() {
        return file.get(base + HEAD) == file.get(base + TAIL);
    }

    /** Returns whether head and tail lie in the ring. */
    boolean makesSense() {
        int entries = entries();
        return Integer.compareUnsigned(file.get(base + HEAD), entries) < 0
                && Integer.compareUnsigned(file.get(base + TAIL), entries) < 0;
    }

    private int entries() {
        return file.get(base + LENGTH) / ENTRY;
    }

    /** Reads the descriptor at the head; returns false if memory could not be read. */
    boolean fetch(Bus bus) {
        return bus.read(address(), entry);
    }

    long buffer() {
        return entry.get(INT64, 0);
    }

    /** Returns the third dword. */
    int low() {
        return entry.get(INT32, LOW);
    }

    /** Writes the second half of the descriptor back, the dword with the status last, so that none sees half of it. */
    void writeBack(Bus bus, int newLow, int newHigh) {
        entry.set(INT32, LOW, newLow);
        entry.set(INT32, HIGH, newHigh);
        bus.write(address() + LOW, low);
        bus.write(address() + HIGH, high);
    }

    /** Writes an extended descriptor back: nothing of its hash, its length, and its status last. */
    void writeBackExtended(Bus bus, int status, int length) {
        entry.set(INT64, 0, 0);
        entry.set(INT32, LOW, status);
        entry.set(INT32, HIGH, length);
        bus.write(address(), hash);
        bus.write(address() + HIGH, high);
        bus.write(address() + LOW, low);
    }

    /** Moves the head to the next descriptor. */
    void advance() {
        int next = file.get(base + HEAD) + 1;
        file.set(base + HEAD, next == entries() ? 0 : next);
    }

    private long address() {
        long start = Integer.toUnsignedLong(file.get(base)) | (long) file.get(base + BASE_HIGH) << Integer.SIZE;
        return start + (long) file.get(base + HEAD) * ENTRY;
    }
}
