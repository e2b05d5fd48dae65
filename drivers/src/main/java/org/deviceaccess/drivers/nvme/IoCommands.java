// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.drivers.block.Transfers;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;

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

    /** How many blocks a range can have: its length is a double word (figure 391). */
    static final long MOST_TRIMMED = 0xffff_ffffL;

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
        return transfer(READ, lba, blocks, buffer, offset, token);
    }

    /** Write (6.15); returns false if all slots are used. */
    boolean write(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return transfer(WRITE, lba, blocks, buffer, offset, token);
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
        Transfers.checkTrim(geometry, lba, blocks, MOST_TRIMMED, "dataset management (ONCS)");
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        // Dword 10 is the number of ranges, counted from 0.
        submit(DATASET_MANAGEMENT, slot, lists.describeRange(slot, lba, blocks), 0, DEALLOCATE, 0, token);
        return true;
    }

    private boolean transfer(int opcode, long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        Transfers.check(geometry, opcode == WRITE, lba, blocks, buffer, offset);
        int slot = slots.next();
        if (slot < 0) {
            return false;
        }
        long second = lists.describe(slot, buffer, offset, (long) blocks * geometry.blockSize());
        submit(opcode, slot, buffer.deviceAddress(offset), second, lba, blocks - 1, token);
        return true;
    }

    private void submit(int opcode, int slot, long data1, long data2, long dwords10, long dwords12, long token) {
        submissions.add(opcode, slots.id(slot), namespace, data1, data2, dwords10, dwords12);
        slots.take(token);
    }
}
