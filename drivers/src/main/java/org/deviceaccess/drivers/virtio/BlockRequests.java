// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/**
 * Makes requests for one queue (virtio 1.2, 5.2.6). What is wrong with one is found before it is offered to the device.
 * Allocates nothing.
 */
final class BlockRequests {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    // linux/virtio_blk.h: VIRTIO_BLK_T_*
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int FLUSH = 4;
    private static final int DISCARD = 11;

    private static final int HEADER_LENGTH = 16;
    private static final int RANGE_LENGTH = 16;
    private static final int STATUS_LENGTH = 1;
    private static final byte NO_STATUS = (byte) 0xff;

    private final BlockConfiguration configuration;
    private final BlockGeometry geometry;
    private final RequestLayout layout;
    private final DmaBuffer buffer;
    private final MemorySegment memory;
    private final MemorySegment[] tables;

    /**
     * Makes requests in memory.
     *
     * @param depth how many slots there are
     * @param buffer contiguous memory for all slots
     */
    BlockRequests(
            BlockConfiguration configuration,
            BlockGeometry geometry,
            RequestLayout layout,
            int depth,
            DmaBuffer buffer) {
        this.configuration = configuration;
        this.geometry = geometry;
        this.layout = layout;
        this.buffer = buffer;
        this.memory = buffer.memory();
        this.tables = new MemorySegment[layout.indirect() ? depth : 0];
        for (int slot = 0; slot < tables.length; slot++) {
            tables[slot] = memory.asSlice(layout.table(slot), layout.tableSize());
        }
    }

    /** Returns the slot whose request starts with a descriptor of the queue. */
    int slot(int descriptor) {
        return descriptor / layout.descriptors();
    }

    /** Returns what the device said at the end of the request in a slot. */
    int status(int slot) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, slot * layout.slotSize() + RequestLayout.STATUS));
    }

    /**
     * Reads or writes.
     *
     * @throws DmaConstraintException if the data is in more pieces than the device can take
     */
    void transfer(Virtqueue queue, int slot, boolean write, long lba, long blocks, DmaBuffer data, long offset) {
        int at = begin(queue, slot, write ? OUT : IN, configuration.sector(lba));
        int flags = write ? Virtqueue.NEXT : Virtqueue.NEXT | Virtqueue.WRITE;
        long end = offset + blocks * geometry.blockSize();
        for (long from = offset; from < end; ) {
            long length = contiguous(data, from, end);
            if (at > layout.segments()) {
                throw scattered(end - offset, from - offset);
            }
            put(queue, slot, at, data.deviceAddress(from), (int) length, flags);
            at++;
            from += length;
        }
        finish(queue, slot, at, write ? 0 : (int) (end - offset));
    }

    private DmaConstraintException scattered(long length, long at) {
        return new DmaConstraintException(Failure.during("describe " + length + " bytes of a buffer")
                .because("the device takes them in " + layout.segments() + " pieces of up to " + layout.segmentBytes()
                        + " bytes, and those end " + at + " bytes in")
                .remedy("Allocate the buffer with BlockDevice.allocate, or with BlockDevice.bufferConstraints"));
    }

    /** Flushes. */
    void flush(Virtqueue queue, int slot) {
        finish(queue, slot, begin(queue, slot, FLUSH, 0), 0);
    }

    /** Discards. */
    void trim(Virtqueue queue, int slot, long lba, long blocks) {
        int at = begin(queue, slot, DISCARD, 0);
        long range = slot * layout.slotSize() + RequestLayout.RANGE;
        memory.set(INT64, range, configuration.sector(lba));
        memory.set(INT32, range + 8, (int) configuration.sector(blocks));
        memory.set(INT32, range + 12, 0);
        put(queue, slot, at, buffer.deviceAddress(range), RANGE_LENGTH, Virtqueue.NEXT);
        finish(queue, slot, at + 1, 0);
    }

    /** Writes the header, and returns the number of the next descriptor within the slot's. */
    private int begin(Virtqueue queue, int slot, int type, long sector) {
        long header = slot * layout.slotSize() + RequestLayout.HEADER;
        memory.set(INT32, header, type);
        memory.set(INT32, header + 4, 0);
        memory.set(INT64, header + 8, sector);
        put(queue, slot, 0, buffer.deviceAddress(header), HEADER_LENGTH, Virtqueue.NEXT);
        return 1;
    }

    private void finish(Virtqueue queue, int slot, int at, int dataBytes) {
        long status = slot * layout.slotSize() + RequestLayout.STATUS;
        memory.set(ValueLayout.JAVA_BYTE, status, NO_STATUS);
        put(queue, slot, at, buffer.deviceAddress(status), STATUS_LENGTH, Virtqueue.WRITE);
        int first = slot * layout.descriptors();
        if (layout.indirect()) {
            queue.describe(
                    first,
                    buffer.deviceAddress(layout.table(slot)),
                    (at + 1) * Virtqueue.DESCRIPTOR,
                    Virtqueue.INDIRECT,
                    0);
        }
        queue.offer(first, dataBytes + STATUS_LENGTH);
    }

    private void put(Virtqueue queue, int slot, int at, long address, int length, int flags) {
        if (layout.indirect()) {
            Virtqueue.describe(tables[slot], at, address, length, flags, at + 1);
        } else {
            int descriptor = slot * layout.descriptors() + at;
            queue.describe(descriptor, address, length, flags, descriptor + 1);
        }
    }

    /** Returns how many bytes from a place on are contiguous for the device, as far as one piece may be long. */
    private long contiguous(DmaBuffer data, long from, long end) {
        long most = Math.min(end - from, layout.segmentBytes());
        long address = data.deviceAddress(from);
        long length = Math.min(layout.page() - from % layout.page(), most);
        while (length < most && data.deviceAddress(from + length) == address + length) {
            length = Math.min(length + layout.page(), most);
        }
        return length;
    }
}
