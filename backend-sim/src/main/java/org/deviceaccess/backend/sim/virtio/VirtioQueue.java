// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.model.Bus;
import org.jspecify.annotations.Nullable;

/** A split virtqueue as the device sees it (virtio 1.2, 2.7). */
final class VirtioQueue {
    static final int NO_VECTOR = 0xffff;

    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FLAGS = 0;
    private static final int INDEX = 2;
    private static final int RING = 4;
    private static final int USED_ENTRY = 8;
    private static final int NO_INTERRUPT = 1;
    private static final int INDEX_MASK = 0xffff;

    /** What the queue needs of the device it is of. */
    interface Owner {
        boolean hasEventIndex();

        /** Tells the driver that something was used. */
        void interrupt(VirtioQueue queue);

        /** The driver broke the rules. */
        void fail(String what);
    }

    private final Bus bus;
    private final Owner owner;
    private final VirtioFaults faults;
    private final int number;
    private final int largest;
    private final Chain chain;
    private final MemorySegment word = MemorySegment.ofArray(new byte[Short.BYTES]);
    private final MemorySegment entry = MemorySegment.ofArray(new byte[USED_ENTRY]);

    private int size;
    private boolean enabled;
    private int vector;
    private long descriptors;
    private long available;
    private long used;
    private int taken;
    private int ended;
    private int told;

    VirtioQueue(Bus bus, Owner owner, VirtioFaults faults, int number, int largest) {
        this.bus = bus;
        this.owner = owner;
        this.faults = faults;
        this.number = number;
        this.largest = largest;
        this.chain = new Chain(bus);
        clear();
    }

    void clear() {
        size = largest;
        enabled = false;
        vector = NO_VECTOR;
        descriptors = 0;
        available = 0;
        used = 0;
        taken = 0;
        ended = 0;
        told = 0;
    }

    int number() {
        return number;
    }

    int size() {
        return size;
    }

    void setSize(int value) {
        if (enabled || value < 1 || value > largest || Integer.bitCount(value) != 1) {
            bus.fault("virtio was told that the queue " + number + " has the size " + value);
        } else {
            size = value;
        }
    }

    boolean isEnabled() {
        return enabled;
    }

    void enable() {
        enabled = true;
    }

    int vector() {
        return vector;
    }

    void setVector(int value) {
        vector = value;
    }

    long address(int part) {
        return switch (part) {
            case 0 -> descriptors;
            case 1 -> available;
            default -> used;
        };
    }

    void setAddress(int part, long value) {
        if (enabled) {
            bus.fault("virtio was told to move the queue " + number + ", which is enabled");
            return;
        }
        switch (part) {
            case 0 -> descriptors = value;
            case 1 -> available = value;
            default -> used = value;
        }
    }

    /** Takes the next chain that is available, which is valid until the next call, or returns {@code null}. */
    @Nullable
    Chain next() {
        if (!enabled) {
            return null;
        }
        int index = read16(available + INDEX);
        int waiting = (index - taken) & INDEX_MASK;
        if (waiting > size) {
            owner.fail("virtio was given the available index " + index + " in the queue " + number);
            return null;
        }
        if (waiting == 0 && owner.hasEventIndex()) {
            // Wants to be told of the next one; looks again, as it may have come meanwhile.
            write16(used + RING + (long) size * USED_ENTRY, taken);
            waiting = (read16(available + INDEX) - taken) & INDEX_MASK;
        }
        if (waiting == 0) {
            return null;
        }
        int head = read16(available + RING + (long) (taken & (size - 1)) * Short.BYTES);
        taken++;
        String wrong = chain.load(descriptors, size, head);
        if (!wrong.isEmpty()) {
            owner.fail("virtio was given " + wrong + " in the queue " + number);
            return null;
        }
        return chain;
    }

    /** Leaves the chain that was taken last to be taken again. */
    void putBack() {
        taken--;
    }

    /** The driver made a request that breaks the rules. */
    void refuse(String what) {
        owner.fail("virtio was given " + what + " in the queue " + number);
    }

    /** Takes what is to go wrong with the request that is ended next. */
    VirtioFaults.@Nullable Fault fault() {
        return faults.take();
    }

    /**
     * Gives a chain back.
     *
     * @param length how many bytes were written into it
     * @param fault what goes wrong with it
     */
    void end(Chain done, int length, VirtioFaults.@Nullable Fault fault) {
        int id = done.head();
        if (fault == null) {
            put(id, length);
            return;
        }
        switch (fault.kind()) {
            case LOSE -> {
                // Nobody hears of it.
            }
            case UNKNOWN_ID -> put(size - 1 - id, length);
            case IMPOSSIBLE_ID -> put(0x4000_0000, length);
            case TWICE -> {
                put(id, length);
                put(id, length);
            }
            case TOO_LONG -> put(id, (int) done.writableBytes() + 1);
            case LENGTH -> put(id, fault.value());
            case STATUS -> put(id, length);
        }
    }

    private void put(int id, int length) {
        entry.set(INT32, 0, id);
        entry.set(INT32, Integer.BYTES, length);
        bus.write(used + RING + (long) (ended & (size - 1)) * USED_ENTRY, entry);
        ended++;
        write16(used + INDEX, ended);
    }

    /** Interrupts the driver, if chains were given back and it wants to know (2.7.7). */
    void tell() {
        if (told == ended) {
            return;
        }
        int old = told;
        told = ended;
        boolean wanted;
        if (owner.hasEventIndex()) {
            int event = read16(available + RING + (long) size * Short.BYTES);
            wanted = ((ended - event - 1) & INDEX_MASK) < ((ended - old) & INDEX_MASK);
        } else {
            wanted = (read16(available + FLAGS) & NO_INTERRUPT) == 0;
        }
        if (wanted) {
            owner.interrupt(this);
        }
    }

    private int read16(long address) {
        return bus.read(address, word) ? Short.toUnsignedInt(word.get(INT16, 0)) : 0;
    }

    private void write16(long address, int value) {
        word.set(INT16, 0, (short) value);
        bus.write(address, word);
    }
}
