// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.util.Objects;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * Makes commands of one namespace for one queue (NVM Express Base Specification 1.4, 6). What is wrong with a request is
 * found before anything is taken for it. Allocates nothing.
 */
final class IoCommands {
    private static final int FLUSH = 0x00;
    private static final int WRITE = 0x01;
    private static final int READ = 0x02;
    private static final int DATASET_MANAGEMENT = 0x09;
    /** Dataset management, dword 11: the host will not use the ranges any more. */
    private static final long DEALLOCATE = 1L << (2 + Integer.SIZE);

    private static final long MOST_TRIMMED = 0xffff_ffffL;

    private final int namespace;
    private final BlockGeometry geometry;
    private final SubmissionRing submissions;
    private final CommandSlots slots;
    private final PrpLists lists;

    IoCommands(Namespace namespace, SubmissionRing submissions, CommandSlots slots, PrpLists lists) {
        this.namespace = namespace.id();
        this.geometry = namespace.geometry();
        this.submissions = submissions;
        this.slots = slots;
        this.lists = lists;
    }

    /** Read (6.9); returns false if all slots are used. */
    boolean read(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return transfer(READ, lba, blocks, buffer, offset, token, DmaDirection.TO_DEVICE);
    }

    /** Write (6.15); returns false if all slots are used. */
    boolean write(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return transfer(WRITE, lba, blocks, buffer, offset, token, DmaDirection.FROM_DEVICE);
    }

    /** Flush (6.8); returns false if all slots are used. */
    boolean flush(long token) {
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        submit(FLUSH, slot, 0, 0, 0, 0, token);
        return true;
    }

    /** Dataset management that deallocates one range (6.7); returns false if all slots are used. */
    boolean trim(long lba, long blocks, long token) {
        if (!geometry.trim()) {
            throw new UnsupportedCapabilityException(Failure.during("trim " + blocks + " blocks at " + lba)
                    .because("the device does not have dataset management (ONCS)")
                    .remedy("Do without: BlockGeometry.trim() tells"));
        }
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        if (blocks < 1 || blocks > MOST_TRIMMED) {
            throw new IllegalArgumentException("one command trims 1 to " + MOST_TRIMMED + " blocks, not " + blocks);
        }
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        // Dword 10 is the number of ranges, counted from 0.
        submit(DATASET_MANAGEMENT, slot, lists.describeRange(slot, lba, blocks), 0, DEALLOCATE, 0, token);
        return true;
    }

    private boolean transfer(
            int opcode, long lba, int blocks, DmaBuffer buffer, long offset, long token, DmaDirection forbidden) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        long length = (long) blocks * geometry.blockSize();
        Objects.checkFromIndexSize(offset, length, buffer.size());
        if (blocks < 1 || blocks > geometry.maxTransferBlocks()) {
            throw new IllegalArgumentException(
                    "one command transfers 1 to " + geometry.maxTransferBlocks() + " blocks, not " + blocks);
        }
        if (offset % Integer.BYTES != 0) {
            throw new IllegalArgumentException("the offset " + offset + " is not a multiple of 4");
        }
        if (buffer.direction() == forbidden) {
            throw new DmaConstraintException(
                    Failure.during((opcode == READ ? "read " : "write ") + blocks + " blocks at " + lba)
                            .because("the buffer is " + buffer.direction())
                            .remedy("Allocate it with BlockDevice.allocate"));
        }
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        long second = lists.describe(slot, buffer, offset, length);
        submit(opcode, slot, buffer.deviceAddress(offset), second, lba, blocks - 1, token);
        return true;
    }

    private void submit(int opcode, int slot, long data1, long data2, long dwords10, long dwords12, long token) {
        submissions.add(opcode, slots.id(slot), namespace, data1, data2, dwords10, dwords12);
        slots.take(token);
    }
}
