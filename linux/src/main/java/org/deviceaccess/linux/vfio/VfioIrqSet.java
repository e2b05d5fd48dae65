// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct vfio_irq_set}: changes the signalling, masking or triggering of interrupts. */
final class VfioIrqSet {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long INDEX = 8;
    static final long START = 12;
    static final long COUNT = 16;
    static final long DATA = 20;
    static final long SIZE = 20;

    static final int VFIO_IRQ_SET_DATA_NONE = 1;
    static final int VFIO_IRQ_SET_DATA_EVENTFD = 1 << 2;
    static final int VFIO_IRQ_SET_ACTION_MASK = 1 << 3;
    static final int VFIO_IRQ_SET_ACTION_UNMASK = 1 << 4;
    static final int VFIO_IRQ_SET_ACTION_TRIGGER = 1 << 5;

    private VfioIrqSet() {}

    /** Returns the structure that does something to one vector, or with a count of 0 disables the whole index. */
    static MemorySegment action(Arena arena, int action, int index, int start, int count) {
        return fill(arena.allocate(SIZE, Long.BYTES), VFIO_IRQ_SET_DATA_NONE | action, index, start, count);
    }

    /** Returns the structure that makes the vectors from 0 signal these eventfds, which enables the index. */
    static MemorySegment eventfds(Arena arena, int index, int[] fds) {
        MemorySegment struct = arena.allocate(SIZE + (long) fds.length * Integer.BYTES, Long.BYTES);
        MemorySegment.copy(fds, 0, struct, JAVA_INT, DATA, fds.length);
        return fill(struct, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, index, 0, fds.length);
    }

    private static MemorySegment fill(MemorySegment struct, int flags, int index, int start, int count) {
        struct.set(JAVA_INT, ARGSZ, (int) struct.byteSize());
        struct.set(JAVA_INT, FLAGS, flags);
        struct.set(JAVA_INT, INDEX, index);
        struct.set(JAVA_INT, START, start);
        struct.set(JAVA_INT, COUNT, count);
        return struct;
    }
}
