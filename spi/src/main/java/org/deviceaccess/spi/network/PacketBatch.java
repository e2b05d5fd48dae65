// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * Some packets in the order of the wire: for each the buffer it is in, and its length. A list that its user makes once,
 * and through which buffers change hands.
 *
 * <p>Used by one thread at a time. Nothing here allocates memory. Whoever has the batch owns the buffers in it: they are
 * read and written by nobody else until they are moved out.
 */
public final class PacketBatch {
    private final PacketPool pool;
    private final int[] buffers;
    private final int[] lengths;
    private int size;

    PacketBatch(PacketPool pool, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a batch for " + capacity + " packets");
        }
        this.pool = pool;
        this.buffers = new int[capacity];
        this.lengths = new int[capacity];
    }

    /** Returns the pool whose buffers it holds. */
    public PacketPool pool() {
        return pool;
    }

    /** Returns how many packets it can hold. */
    public int capacity() {
        return buffers.length;
    }

    /** Returns how many packets it holds. */
    public int size() {
        return size;
    }

    /** Returns how many more packets it can hold. */
    public int room() {
        return buffers.length - size;
    }

    /** Returns whether it holds no packet. */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Returns the buffer that a packet is in, which starts with the Ethernet header. The memory is all of the buffer,
     * the same object at every call.
     *
     * @param index which packet, 0 to {@link #size()} - 1
     */
    public MemorySegment memory(int index) {
        return pool.memory(buffer(index));
    }

    /**
     * Returns the length of a packet in bytes, from the Ethernet header to the end of the data.
     *
     * @param index which packet, 0 to {@link #size()} - 1
     */
    public int length(int index) {
        return lengths[Objects.checkIndex(index, size)];
    }

    /**
     * Sets the length of a packet.
     *
     * @param index which packet, 0 to {@link #size()} - 1
     * @param length in bytes, 0 to {@link PacketPool#bufferSize()}
     * @throws IllegalArgumentException if the length is out of range
     */
    public void setLength(int index, int length) {
        Objects.checkIndex(index, size);
        if (length < 0 || length > pool.bufferSize()) {
            throw new IllegalArgumentException("a packet of " + length + " bytes in a buffer of " + pool.bufferSize());
        }
        lengths[index] = length;
    }

    /** Gives all buffers back to the pool; the batch is empty then. */
    public void giveBack() {
        pool.giveBack(this);
    }

    /**
     * Returns the number of the buffer that a packet is in. For drivers.
     *
     * @param index which packet, 0 to {@link #size()} - 1
     */
    public int buffer(int index) {
        return buffers[Objects.checkIndex(index, size)];
    }

    /**
     * Adds a packet behind the others. For drivers, which hand buffers over by it.
     *
     * @param buffer the number of a buffer that belongs to the caller, and then to this batch
     * @param length the packet's length in bytes, 0 to {@link PacketPool#bufferSize()}
     * @throws IllegalStateException if there is no room
     */
    public void add(int buffer, int length) {
        if (size == buffers.length) {
            throw new IllegalStateException("the batch is full with " + size + " packets");
        }
        buffers[size] = Objects.checkIndex(buffer, pool.size());
        size++;
        setLength(size - 1, length);
    }

    /**
     * Adds packets behind the others. For drivers, which hand buffers over by it.
     *
     * @param from the numbers of buffers that belong to the caller, and then to this batch
     * @param fromLengths the packets' lengths in bytes, 0 to {@link PacketPool#bufferSize()}, at the same indices
     * @param first the first index in both arrays
     * @param count how many
     * @throws IllegalArgumentException if a length is out of range; nothing was added
     * @throws IndexOutOfBoundsException if there is no room for all; nothing was added
     */
    public void addAll(int[] from, int[] fromLengths, int first, int count) {
        Objects.checkFromIndexSize(size, count, buffers.length);
        int longest = pool.bufferSize();
        int outOfRange = 0;
        for (int i = 0; i < count; i++) {
            // Negative if one of the two is; one test for all packets.
            outOfRange |= fromLengths[first + i] | (longest - fromLengths[first + i]);
        }
        if (outOfRange < 0) {
            throw new IllegalArgumentException("a packet is longer than a buffer of " + pool.bufferSize() + " bytes");
        }
        System.arraycopy(from, first, buffers, size, count);
        System.arraycopy(fromLengths, first, lengths, size, count);
        size += count;
    }

    /**
     * Removes the first packets; the others move up. For drivers, to whom the buffers belong then.
     *
     * @param count how many, 0 to {@link #size()}
     */
    public void removeFirst(int count) {
        Objects.checkFromToIndex(0, count, size);
        size -= count;
        if (count > 0 && size > 0) {
            System.arraycopy(buffers, count, buffers, 0, size);
            System.arraycopy(lengths, count, lengths, 0, size);
        }
    }

    /**
     * Copies the numbers of buffers. For drivers.
     *
     * @param index the first packet
     * @param to where to
     * @param first the first index there
     * @param count how many
     */
    public void copyBuffers(int index, int[] to, int first, int count) {
        Objects.checkFromIndexSize(index, count, size);
        System.arraycopy(buffers, index, to, first, count);
    }

    /** Adds buffers from an array behind the others, each with the length 0. */
    void addAll(int[] from, int first, int count) {
        System.arraycopy(from, first, buffers, size, count);
        Arrays.fill(lengths, size, size + count, 0);
        size += count;
    }

    /** Returns the numbers of the buffers, of which the first are in the batch. */
    int[] buffers() {
        return buffers;
    }

    /** Forgets all buffers. */
    void clear() {
        size = 0;
    }
}
