// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.Failure;

/**
 * A split virtqueue in DMA memory (virtio 1.2, 2.7): descriptors, the ring of those that are available to the device, and
 * the ring of those that it has used. Used by one thread at a time; allocates nothing.
 *
 * <p>Which descriptors are free is the owner's business. What the device says it has used is checked: it must be the first
 * descriptor of a chain that is available, and not more bytes than the chain has for it.
 *
 * <p>Made by {@link VirtioTransport#createQueue}, whose memory it is in: once that is given back all methods throw
 * {@link IllegalStateException}. Memory that a chain names belongs to the device from {@link #offer} until {@link #next} returns
 * the chain, or the device was reset.
 */
public final class Virtqueue {
    /** Of a descriptor: it goes on with another one. */
    public static final int NEXT = 1;
    /** Of a descriptor: the device writes the memory. */
    public static final int WRITE = 2;
    /** Of a descriptor: the memory is a table of descriptors. */
    public static final int INDIRECT = 4;

    /** The length of a descriptor in bytes. */
    public static final int DESCRIPTOR = 16;

    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int INDEX_MASK = 0xffff;
    private static final int FLAGS = 0;
    private static final int INDEX = 2;
    private static final int RING = 4;
    private static final int USED_ENTRY = 8;
    /** VRING_AVAIL_F_NO_INTERRUPT, VRING_USED_F_NO_NOTIFY. */
    private static final int DO_NOT_TELL = 1;

    private static final int NOT_AVAILABLE = -1;

    private final String device;
    private final int number;
    private final int size;
    private final boolean eventIndex;
    private final DmaBuffer buffer;
    private final MemorySegment descriptors;
    private final MemorySegment available;
    private final MemorySegment used;
    private final Window notify;
    private final long notifyOffset;
    /** For the first descriptor of each chain that the device has: how many bytes it may write. */
    private final int[] writable;

    private int head;
    private int published;
    private int reaped;
    private int usedLength;

    /**
     * Makes an empty queue.
     *
     * @param buffer zeroed memory of {@link #memory} bytes, contiguous and aligned to 16 bytes
     * @param size how many descriptors it has, a power of two
     * @param eventIndex whether VIRTIO_F_EVENT_IDX was negotiated
     * @param notifyOffset where in the structure for notifications this queue has its place, in bytes
     */
    Virtqueue(
            String device,
            int number,
            DmaBuffer buffer,
            int size,
            boolean eventIndex,
            Window notify,
            long notifyOffset) {
        this.device = device;
        this.number = number;
        this.size = size;
        this.eventIndex = eventIndex;
        this.buffer = buffer;
        this.notify = notify;
        this.notifyOffset = notifyOffset;
        MemorySegment memory = buffer.memory();
        this.descriptors = memory.asSlice(0, (long) size * DESCRIPTOR);
        this.available = memory.asSlice(availableOffset(size), usedOffset(size) - availableOffset(size));
        this.used = memory.asSlice(usedOffset(size), memory(size) - usedOffset(size));
        this.writable = new int[size];
        Arrays.fill(writable, NOT_AVAILABLE);
    }

    /** Returns how many bytes a queue of so many descriptors takes (2.7). */
    static long memory(int size) {
        return usedOffset(size) + 6 + (long) size * USED_ENTRY;
    }

    /** Empties the queue, which the device does not know any more. */
    void clear() {
        buffer.memory().fill((byte) 0);
        Arrays.fill(writable, NOT_AVAILABLE);
        head = 0;
        published = 0;
        reaped = 0;
    }

    private static long availableOffset(int size) {
        return (long) size * DESCRIPTOR;
    }

    private static long usedOffset(int size) {
        return (availableOffset(size) + 6 + (long) size * Short.BYTES + 3) & -4;
    }

    /** Returns which queue of the device it is. */
    public int number() {
        return number;
    }

    /** Returns how many descriptors it has, a power of two. */
    public int size() {
        return size;
    }

    /** Returns where the descriptors are for the device; the other addresses follow from it. */
    long descriptorAddress() {
        return buffer.deviceAddress();
    }

    long availableAddress() {
        return buffer.deviceAddress(availableOffset(size));
    }

    long usedAddress() {
        return buffer.deviceAddress(usedOffset(size));
    }

    /**
     * Writes a descriptor, which the device must not have at present.
     *
     * @param descriptor its number, 0 to {@link #size} - 1
     * @param address where the memory is for the device
     * @param length how long it is, in bytes
     * @param flags {@link #NEXT}, {@link #WRITE}, {@link #INDIRECT}, or 0
     * @param next the descriptor that follows, with {@link #NEXT}
     * @throws IndexOutOfBoundsException if there is no such descriptor
     */
    public void describe(int descriptor, long address, int length, int flags, int next) {
        describe(descriptors, descriptor, address, length, flags, next);
    }

    /**
     * Writes a descriptor of a table of them, which can be an indirect one (2.7.5).
     *
     * @param table {@link #DESCRIPTOR} bytes for each
     * @throws IndexOutOfBoundsException if the table has no such descriptor
     */
    public static void describe(MemorySegment table, int descriptor, long address, int length, int flags, int next) {
        long at = (long) descriptor * DESCRIPTOR;
        table.set(INT64, at, address);
        table.set(INT32, at + 8, length);
        table.set(INT16, at + 12, (short) flags);
        table.set(INT16, at + 14, (short) next);
    }

    /**
     * Adds a chain to those that are available; {@link #publish} shows it to the device.
     *
     * @param first its first descriptor
     * @param bytes how many bytes of it the device may write
     * @throws IndexOutOfBoundsException if there is no such descriptor
     */
    public void offer(int first, int bytes) {
        writable[first] = bytes;
        available.set(INT16, RING + (long) (head & (size - 1)) * Short.BYTES, (short) first);
        head++;
    }

    /** Shows what was offered to the device, and tells it if it wants to be told. */
    public void publish() {
        if (head == published) {
            return;
        }
        int old = published;
        published = head;
        VarHandle.releaseFence();
        available.set(INT16, INDEX, (short) head);
        // The index must be visible before the device's wish is read: it writes its wish before it reads the index.
        VarHandle.fullFence();
        if (wantsToBeTold(old)) {
            notify.write16(notifyOffset, number);
        }
    }

    private boolean wantsToBeTold(int old) {
        if (!eventIndex) {
            return (used.get(INT16, FLAGS) & DO_NOT_TELL) == 0;
        }
        int event = used.get(INT16, RING + (long) size * USED_ENTRY);
        // Whether the index went past the event since it was published last, modulo 2^16 (2.7.10).
        return ((head - event - 1) & INDEX_MASK) < ((head - old) & INDEX_MASK);
    }

    /** Returns whether the device has used a chain that {@link #next} was not told of. */
    public boolean isReady() {
        return ((used.get(INT16, INDEX) ^ reaped) & INDEX_MASK) != 0;
    }

    /**
     * Takes the next chain that the device has used.
     *
     * @return its first descriptor, or -1 if there is none
     * @throws DeviceFaultException if the device names one that it does not have; the next call looks at what follows
     */
    public int next() {
        int ahead = (used.get(INT16, INDEX) - reaped) & INDEX_MASK;
        if (ahead == 0) {
            return -1;
        }
        VarHandle.acquireFence();
        long at = RING + (long) (reaped & (size - 1)) * USED_ENTRY;
        int id = used.get(INT32, at);
        int length = used.get(INT32, at + Integer.BYTES);
        reaped++;
        if (id < 0 || id >= size || writable[id] == NOT_AVAILABLE || ahead > size) {
            throw fault("the device says it has used the descriptor " + Integer.toUnsignedString(id)
                    + ", which is not available to it");
        }
        int most = writable[id];
        writable[id] = NOT_AVAILABLE;
        usedLength = length < 0 || length > most ? -1 : length;
        return id;
    }

    /** Returns how many bytes the device wrote into the chain that {@link #next} returned, or -1 for more than there are. */
    public int usedLength() {
        return usedLength;
    }

    /** Asks for an interrupt for the next chain that is used; returns whether one is already, for which none may come. */
    public boolean arm() {
        if (eventIndex) {
            available.set(INT16, usedEvent(), (short) reaped);
        } else {
            available.set(INT16, FLAGS, (short) 0);
        }
        // The wish must be visible before the index is read: the device writes the index before it reads the wish.
        VarHandle.fullFence();
        return isReady();
    }

    /** Asks for no interrupts, as far as the device honours that. */
    public void disarm() {
        if (eventIndex) {
            // As far away as can be: the device gets there after 65,535 more.
            available.set(INT16, usedEvent(), (short) (reaped - 1));
        } else {
            available.set(INT16, FLAGS, (short) DO_NOT_TELL);
        }
    }

    private long usedEvent() {
        return RING + (long) size * Short.BYTES;
    }

    /** Makes the exception for an answer that the device must not give. */
    public DeviceFaultException fault(String detail) {
        return new DeviceFaultException(Failure.during("use the queue " + number + " of " + device)
                .because(detail)
                .remedy("Reset the device; if it stays so, it is defective"));
    }

    /** Returns the memory it is in. */
    DmaBuffer buffer() {
        return buffer;
    }
}
