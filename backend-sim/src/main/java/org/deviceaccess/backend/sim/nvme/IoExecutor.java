// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.disk.Disk;

/** Does the commands of the NVM command set (NVM Express Base Specification 1.4, 6), and counts them. */
final class IoExecutor {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FLUSH = 0x00;
    private static final int WRITE = 0x01;
    private static final int READ = 0x02;
    private static final int DATASET_MANAGEMENT = 0x09;
    private static final int DEALLOCATE = 1 << 2;
    private static final int RANGE = 16;

    private final Disk disk;
    private final int maxTransfer;
    private long reads;
    private long writes;
    private long blocksRead;
    private long blocksWritten;

    IoExecutor(Disk disk, int maxTransfer) {
        this.disk = disk;
        this.maxTransfer = maxTransfer;
    }

    long reads() {
        return reads;
    }

    long writes() {
        return writes;
    }

    long blocksRead() {
        return blocksRead;
    }

    long blocksWritten() {
        return blocksWritten;
    }

    /** Does a command and returns its status. */
    int execute(Command command, PrpData data) {
        int opcode = command.opcode();
        boolean all = command.namespace() == -1 && opcode == FLUSH;
        if (command.namespace() != 1 && !all) {
            return Status.INVALID_NAMESPACE;
        }
        return switch (opcode) {
            case FLUSH -> Status.SUCCESS;
            case WRITE, READ -> transfer(command, data, opcode == WRITE);
            case DATASET_MANAGEMENT -> manage(command, data);
            default -> Status.INVALID_OPCODE;
        };
    }

    private int transfer(Command command, PrpData data, boolean write) {
        int blocks = (command.dword12() & 0xffff) + 1;
        long length = (long) blocks * Disk.BLOCK;
        if (length > maxTransfer) {
            return Status.INVALID_FIELD;
        }
        if (!disk.contains(command.lba(), blocks)) {
            return Status.LBA_OUT_OF_RANGE;
        }
        MemorySegment memory = MemorySegment.ofArray(new byte[(int) length]);
        long position = command.lba() * Disk.BLOCK;
        int status;
        if (write) {
            status = data.fetch(command, memory);
            if (status == Status.SUCCESS) {
                disk.write(position, memory);
                writes++;
                blocksWritten += blocks;
            }
        } else {
            disk.read(position, memory);
            status = data.store(command, memory);
            reads++;
            blocksRead += blocks;
        }
        return status;
    }

    private int manage(Command command, PrpData data) {
        int ranges = (command.dword10() & 0xff) + 1;
        MemorySegment list = MemorySegment.ofArray(new byte[ranges * RANGE]);
        int status = data.fetch(command, list);
        if (status != Status.SUCCESS || (command.dword11() & DEALLOCATE) == 0) {
            return status;
        }
        for (int pass = 0; pass < 2; pass++) {
            for (long at = 0; at < list.byteSize(); at += RANGE) {
                long blocks = Integer.toUnsignedLong(list.get(INT32, at + 4));
                long lba = list.get(INT64, at + 8);
                if (!disk.contains(lba, blocks)) {
                    return Status.LBA_OUT_OF_RANGE;
                }
                if (pass == 1) {
                    disk.forget(lba * Disk.BLOCK, blocks * Disk.BLOCK);
                }
            }
        }
        return Status.SUCCESS;
    }
}
