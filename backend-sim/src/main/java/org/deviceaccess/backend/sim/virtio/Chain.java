// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.model.Bus;

/**
 * A chain of descriptors (virtio 1.2, 2.7.5): what the device can read, and behind that what it can write, each as if it
 * were in one piece. Made once for a queue, and used for one chain after the other.
 */
final class Chain {
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int DESCRIPTOR = 16;
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;
    private static final int MOST = 1024;

    private final Bus bus;
    private final MemorySegment descriptor = MemorySegment.ofArray(new byte[DESCRIPTOR]);
    private final long[] addresses = new long[MOST];
    private final int[] lengths = new int[MOST];
    private int head;
    private int readable;
    private int pieces;

    Chain(Bus bus) {
        this.bus = bus;
    }

    /** Returns the number of its first descriptor. */
    int head() {
        return head;
    }

    /**
     * Reads the descriptors.
     *
     * @param table where they are
     * @param size how many there are
     * @param first the first one
     * @return what is wrong with them, or an empty text
     */
    String load(long table, int size, int first) {
        head = first;
        readable = 0;
        pieces = 0;
        return load(table, size, first, false);
    }

    private String load(long table, int size, int first, boolean nested) {
        int at = first;
        for (int seen = 0; seen < size; seen++) {
            if (at >= size || pieces == MOST) {
                return "a descriptor " + at + " of " + size;
            }
            if (!bus.read(table + (long) at * DESCRIPTOR, descriptor)) {
                return "descriptors that it cannot read";
            }
            long address = descriptor.get(INT64, 0);
            int length = descriptor.get(INT32, 8);
            int flags = descriptor.get(INT16, 12);
            int next = Short.toUnsignedInt(descriptor.get(INT16, 14));
            if ((flags & INDIRECT) != 0) {
                boolean allowed = !nested && (flags & NEXT) == 0 && length > 0 && length % DESCRIPTOR == 0;
                return allowed
                        ? load(address, length / DESCRIPTOR, 0, true)
                        : "an indirect descriptor where none can be";
            }
            if ((flags & WRITE) == 0) {
                if (readable < pieces) {
                    return "memory to be read behind memory to be written";
                }
                readable++;
            }
            addresses[pieces] = address;
            lengths[pieces] = length;
            pieces++;
            if ((flags & NEXT) == 0) {
                return "";
            }
            at = next;
        }
        return "a loop of descriptors";
    }

    /** Returns how many bytes the device can read. */
    long readableBytes() {
        return sum(0, readable);
    }

    /** Returns how many bytes the device can write. */
    long writableBytes() {
        return sum(readable, pieces);
    }

    /** Returns in how many pieces what the device can read is from a position on. */
    int readablePieces(long position) {
        int count = 0;
        long end = 0;
        for (int i = 0; i < readable; i++) {
            end += Integer.toUnsignedLong(lengths[i]);
            count += end > position ? 1 : 0;
        }
        return count;
    }

    /** Returns in how many pieces what the device can write is up to a position. */
    int writablePieces(long position) {
        int count = 0;
        long start = 0;
        for (int i = readable; i < pieces && start < position; i++) {
            start += Integer.toUnsignedLong(lengths[i]);
            count++;
        }
        return count;
    }

    /** Returns how long the longest piece of all is. */
    long longestPiece() {
        long longest = 0;
        for (int i = 0; i < pieces; i++) {
            longest = Math.max(longest, Integer.toUnsignedLong(lengths[i]));
        }
        return longest;
    }

    private long sum(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += Integer.toUnsignedLong(lengths[i]);
        }
        return sum;
    }

    /** Reads from what can be read; returns whether all of it was there. */
    boolean read(long position, MemorySegment into) {
        return transfer(0, readable, position, into, false);
    }

    /** Writes to what can be written; returns whether there was room. */
    boolean write(long position, MemorySegment from) {
        return transfer(readable, pieces, position, from, true);
    }

    private boolean transfer(int from, int to, long position, MemorySegment memory, boolean write) {
        long skipped = position;
        long done = 0;
        for (int i = from; i < to && done < memory.byteSize(); i++) {
            long length = Integer.toUnsignedLong(lengths[i]);
            if (skipped >= length) {
                skipped -= length;
                continue;
            }
            long part = Math.min(length - skipped, memory.byteSize() - done);
            MemorySegment slice = memory.asSlice(done, part);
            boolean well = write ? bus.write(addresses[i] + skipped, slice) : bus.read(addresses[i] + skipped, slice);
            if (!well) {
                return false;
            }
            done += part;
            skipped = 0;
        }
        return done == memory.byteSize();
    }
}
