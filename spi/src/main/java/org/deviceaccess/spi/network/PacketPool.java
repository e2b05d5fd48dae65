// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.BiasedLock;

/**
 * Buffers for packets, all of one size, in one piece of memory that the device can reach.
 *
 * <p>A buffer is a number from 0. It is free, or it belongs to the one {@link PacketBatch} it is in, or to the port that
 * took it from there. Safe for use by any thread; nothing but the constructor and {@link #batch} allocates memory.
 *
 * <p>The pool does not own the memory: whoever made it closes the {@link DmaBuffer}, and access then throws
 * {@link IllegalStateException}.
 */
public final class PacketPool {
    private final int bufferSize;
    private final MemorySegment[] memory;
    private final long[] addresses;
    private final BiasedLock lock = new BiasedLock();
    private final int[] free; // guarded by lock
    private int available; // guarded by lock

    /**
     * Divides memory into buffers, all of them free.
     *
     * @param memory what is divided; what is left at the end is not used
     * @param bufferSize the length of a buffer in bytes, a power of two, so that none crosses a page
     * @throws IllegalArgumentException if the size is not a power of two, no buffer has room, or one is not contiguous for
     *     the device
     */
    public PacketPool(DmaBuffer memory, int bufferSize) {
        this(memory, bufferSize, 0);
    }

    /**
     * Divides memory into pieces of a buffer each, all of them free, with room in front of it for what the device wants to
     * have before a packet. The room is contiguous with the buffer and nobody's but the driver's, who finds it in the memory.
     *
     * @param memory what is divided; what is left at the end is not used
     * @param pieceSize the length of a piece in bytes, a power of two, so that none crosses a page
     * @param headroom how many bytes of it are the room in front, 0 or more; the rest is the buffer
     * @throws IllegalArgumentException if the size is not a power of two, no piece has room, one is not contiguous for the
     *     device, or nothing is left for a buffer
     */
    public PacketPool(DmaBuffer memory, int pieceSize, int headroom) {
        if (Integer.bitCount(pieceSize) != 1
                || pieceSize < 0
                || memory.size() / pieceSize < 1
                || headroom < 0
                || headroom >= pieceSize) {
            throw new IllegalArgumentException(
                    "memory of " + memory.size() + " bytes cannot be divided into buffers of " + pieceSize + " with "
                            + headroom + " for something else");
        }
        int buffers = Math.toIntExact(memory.size() / pieceSize);
        this.bufferSize = pieceSize - headroom;
        this.memory = new MemorySegment[buffers];
        this.addresses = new long[buffers];
        this.free = new int[buffers];
        this.available = buffers;
        for (int buffer = 0; buffer < buffers; buffer++) {
            long offset = (long) buffer * pieceSize;
            this.memory[buffer] = memory.memory().asSlice(offset + headroom, bufferSize);
            addresses[buffer] = memory.deviceAddress(offset + headroom);
            if (memory.deviceAddress(offset + pieceSize - 1) - memory.deviceAddress(offset) != pieceSize - 1) {
                throw new IllegalArgumentException("buffer " + buffer + " is not contiguous for the device");
            }
            free[buffers - 1 - buffer] = buffer;
        }
    }

    /** Returns how many buffers there are. */
    public int size() {
        return addresses.length;
    }

    /** Returns the length of a buffer in bytes. */
    public int bufferSize() {
        return bufferSize;
    }

    /** Returns how many buffers are free. */
    public int available() {
        BiasedLock.Bias held = lock.lock();
        try {
            return available;
        } finally {
            lock.unlock(held);
        }
    }

    /**
     * Makes an empty batch for packets of this pool, to be used again and again.
     *
     * @param capacity how many packets it has room for, at least 1
     */
    public PacketBatch batch(int capacity) {
        return new PacketBatch(this, capacity);
    }

    /**
     * Takes free buffers; they belong to the batch, which has them behind those it has, with the length 0.
     *
     * @param batch a batch of this pool
     * @param count how many are wanted
     * @return how many there were: fewer if no more are free or the batch has no room
     */
    public int take(PacketBatch batch, int count) {
        requireOwn(batch);
        BiasedLock.Bias held = lock.lock();
        try {
            int taking = Math.max(0, Math.min(count, Math.min(available, batch.room())));
            available -= taking;
            batch.addAll(free, available, taking);
            return taking;
        } finally {
            lock.unlock(held);
        }
    }

    /**
     * Takes all buffers of a batch back, which is empty then.
     *
     * @param batch a batch of this pool
     * @throws IllegalStateException if there would be more free buffers than there are
     */
    public void giveBack(PacketBatch batch) {
        requireOwn(batch);
        giveBack(batch.buffers(), 0, batch.size());
        batch.clear();
    }

    /**
     * Takes free buffers for a driver, to which they belong then. For drivers.
     *
     * @param buffers where their numbers go
     * @param first where in the array the first one goes
     * @param count how many are wanted
     * @return how many there were: fewer if no more are free
     * @throws IndexOutOfBoundsException if the array has no room for all; nothing was taken
     */
    public int take(int[] buffers, int first, int count) {
        Objects.checkFromIndexSize(first, count, buffers.length);
        BiasedLock.Bias held = lock.lock();
        try {
            int taking = Math.min(count, available);
            available -= taking;
            System.arraycopy(free, available, buffers, first, taking);
            return taking;
        } finally {
            lock.unlock(held);
        }
    }

    /**
     * Takes buffers back that a driver has. For drivers.
     *
     * @param buffers their numbers
     * @param first where the first of them is in the array
     * @param count how many
     * @throws IllegalStateException if there would be more free buffers than there are
     */
    public void giveBack(int[] buffers, int first, int count) {
        BiasedLock.Bias held = lock.lock();
        try {
            if (count > free.length - available) {
                throw new IllegalStateException(
                        count + " buffers are given back, but " + available + " of the " + free.length + " are free");
            }
            System.arraycopy(buffers, first, free, available, count);
            available += count;
        } finally {
            lock.unlock(held);
        }
    }

    /** Returns the memory of a buffer, the same object at every call. */
    public MemorySegment memory(int buffer) {
        return memory[buffer];
    }

    /** Returns the address of a buffer as the device sees it, unsigned. */
    public long deviceAddress(int buffer) {
        return addresses[buffer];
    }

    @SuppressWarnings("ReferenceEquality") // the very pool
    private void requireOwn(PacketBatch batch) {
        if (batch.pool() != this) {
            throw new IllegalArgumentException("the batch is of another pool");
        }
    }
}
