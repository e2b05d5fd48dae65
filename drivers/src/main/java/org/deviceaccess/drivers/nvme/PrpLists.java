// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/**
 * Says where the data of commands is, page by page (physical region pages, NVM Express Base Specification 1.4, 4.3).
 *
 * <p>Each slot of a queue has room for a list of its own, which lies in one page; a list for a range of dataset management
 * uses the same room, as no command needs both.
 */
final class PrpLists {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DmaBuffer buffer;
    private final MemorySegment memory;
    private final long[] addresses;
    private final int stride;
    private final int pageSize;

    /**
     * Allocates the room.
     *
     * @param maxTransfer the longest transfer in bytes; its list fits into a page
     */
    PrpLists(DeviceAccess device, int depth, long maxTransfer, int pageSize) {
        this.pageSize = pageSize;
        // Unaligned data touches one page more; the first page is in the command itself. A range has two words.
        long entries = Math.max(2, maxTransfer / pageSize);
        this.stride = Math.toIntExact(Long.highestOneBit(entries * Long.BYTES - 1) << 1);
        long room = (long) depth * stride;
        this.buffer = device.dma()
                .allocate(
                        room,
                        DmaConstraints.NONE.withAlignment(pageSize).withSegments(Integer.MAX_VALUE, Long.MAX_VALUE));
        this.memory = buffer.memory();
        this.addresses = new long[depth];
        for (int slot = 0; slot < depth; slot++) {
            addresses[slot] = buffer.deviceAddress((long) slot * stride);
        }
    }

    /** Returns the longest transfer whose list fits into one page. */
    static long longestTransfer(int pageSize) {
        return (long) pageSize / Long.BYTES * pageSize;
    }

    /**
     * Describes data for the command of a slot. The first PRP entry is the address of the first byte.
     *
     * @return the second PRP entry
     * @throws DmaConstraintException if the buffer's pieces are not whole pages
     */
    long describe(int slot, DmaBuffer data, long offset, long length) {
        long first = data.deviceAddress(offset);
        long part = Math.min(length, pageSize - (first & (pageSize - 1)));
        requireOnePiece(data, offset, part, first);
        long position = offset + part;
        long end = offset + length;
        if (position == end) {
            return 0;
        }
        if (end - position <= pageSize) {
            return page(data, position, end);
        }
        long entry = (long) slot * stride;
        for (; position < end; position += pageSize) {
            memory.set(INT64, entry, page(data, position, end));
            entry += Long.BYTES;
        }
        return addresses[slot];
    }

    /** Describes one range for dataset management (6.7.1); returns its device address, the first PRP entry. */
    long describeRange(int slot, long lba, long blocks) {
        long at = (long) slot * stride;
        memory.set(INT64, at, blocks << Integer.SIZE);
        memory.set(INT64, at + Long.BYTES, lba);
        return addresses[slot];
    }

    /** Gives the room back; the device must not use it any more. */
    void close() {
        buffer.close();
    }

    private long page(DmaBuffer data, long position, long end) {
        long address = data.deviceAddress(position);
        if ((address & (pageSize - 1)) != 0) {
            throw unusable("byte " + position + " is at 0x" + Long.toHexString(address) + ", where a page of "
                    + pageSize + " bytes should start");
        }
        requireOnePiece(data, position, Math.min(pageSize, end - position), address);
        return address;
    }

    private static void requireOnePiece(DmaBuffer data, long position, long length, long address) {
        if (data.deviceAddress(position + length - 1) != address + length - 1) {
            throw unusable("the " + length + " bytes at " + position + " are not in one piece for the device");
        }
    }

    private static DmaConstraintException unusable(String detail) {
        return new DmaConstraintException(Failure.during("describe a buffer by pages")
                .because(detail)
                .remedy("Allocate it with BlockDevice.allocate, or with BlockDevice.bufferConstraints"));
    }
}
