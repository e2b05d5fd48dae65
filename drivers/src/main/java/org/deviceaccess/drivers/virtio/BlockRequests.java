// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.drivers.block.Transfers;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;

/**
 * Makes requests for one queue (virtio 1.2, 5.2.6). What is wrong with one is found before anything is taken for it.
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
    private static final String DISCARD_FEATURE = "VIRTIO_BLK_F_DISCARD";

    private final BlockConfiguration configuration;
    private final BlockGeometry geometry;
    private final RequestLayout layout;
    private final CommandSlots slots;
    private final DmaBuffer buffer;
    private final MemorySegment memory;
    private final MemorySegment[] tables;

    /**
     * Makes requests in memory.
     *
     * @param buffer contiguous memory for all slots
     */
    BlockRequests(
            BlockConfiguration configuration,
            BlockGeometry geometry,
            RequestLayout layout,
            CommandSlots slots,
            DmaBuffer buffer) {
        this.configuration = configuration;
        this.geometry = geometry;
        this.layout = layout;
        this.slots = slots;
        this.buffer = buffer;
        this.memory = buffer.memory();
        this.tables = new MemorySegment[layout.indirect() ? slots.depth() : 0];
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

    /** Reads or writes; returns false if all slots are used. */
    boolean transfer(Virtqueue queue, boolean write, long lba, int blocks, DmaBuffer data, long offset, long token) {
        Transfers.check(geometry, write, lba, blocks, data, offset);
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        int at = begin(queue, slot, write ? OUT : IN, configuration.sector(lba));
        int flags = write ? Virtqueue.NEXT : Virtqueue.NEXT | Virtqueue.WRITE;
        long end = offset + (long) blocks * geometry.blockSize();
        for (long from = offset; from < end; ) {
            long length = contiguous(data, from, end);
            put(queue, slot, at, data.deviceAddress(from), (int) length, flags);
            at++;
            from += length;
        }
        finish(queue, slot, at, write ? 0 : (int) (end - offset), token);
        return true;
    }

    /** Flushes; returns false if all slots are used. */
    boolean flush(Virtqueue queue, long token) {
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        finish(queue, slot, begin(queue, slot, FLUSH, 0), 0, token);
        return true;
    }

    /** Discards; returns false if all slots are used. */
    boolean trim(Virtqueue queue, long lba, long blocks, long token) {
        Transfers.checkTrim(geometry, lba, blocks, geometry.maxTrimBlocks(), DISCARD_FEATURE);
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        int at = begin(queue, slot, DISCARD, 0);
        long range = slot * layout.slotSize() + RequestLayout.RANGE;
        memory.set(INT64, range, configuration.sector(lba));
        memory.set(INT32, range + 8, (int) configuration.sector(blocks));
        memory.set(INT32, range + 12, 0);
        put(queue, slot, at, buffer.deviceAddress(range), RANGE_LENGTH, Virtqueue.NEXT);
        finish(queue, slot, at + 1, 0, token);
        return true;
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

    private void finish(Virtqueue queue, int slot, int at, int dataBytes, long token) {
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
        slots.take(token);
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
        if (layout.contiguous()) {
            return most;
        }
        long address = data.deviceAddress(from);
        long length = Math.min(layout.page() - from % layout.page(), most);
        while (length < most && data.deviceAddress(from + length) == address + length) {
            length = Math.min(length + layout.page(), most);
        }
        return length;
    }
}
