// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
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

    private final Namespaces namespaces;
    private long reads;
    private long writes;
    private long unitsRead;
    private long unitsWritten;

    IoExecutor(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    /** Returns the opcodes that there are. */
    static IntStream opcodes() {
        return IntStream.of(FLUSH, WRITE, READ, DATASET_MANAGEMENT);
    }

    /** Returns whether a command may change data. */
    static boolean isWriting(int opcode) {
        return opcode == WRITE || opcode == DATASET_MANAGEMENT;
    }

    long reads() {
        return reads;
    }

    long writes() {
        return writes;
    }

    /** Returns how many units of 512 bytes were read. */
    long unitsRead() {
        return unitsRead;
    }

    /** Returns how many units of 512 bytes were written. */
    long unitsWritten() {
        return unitsWritten;
    }

    /** Does a command and returns its status. */
    int execute(Command command, PrpData data) {
        int opcode = command.opcode();
        if (command.namespace() == Namespaces.ALL && opcode == FLUSH) {
            return Status.SUCCESS;
        }
        Namespace namespace = namespaces.active(command.namespace());
        if (namespace == null) {
            // Of an id that is valid and inactive, too, it is the field that is wrong (6.1.5).
            return namespaces.isValid(command.namespace()) ? Status.INVALID_FIELD : Status.INVALID_NAMESPACE;
        }
        return switch (opcode) {
            case FLUSH -> Status.SUCCESS;
            case WRITE, READ -> transfer(namespace, command, data, opcode == WRITE);
            case DATASET_MANAGEMENT -> manage(namespace, command, data);
            default -> Status.INVALID_OPCODE;
        };
    }

    private int transfer(Namespace namespace, Command command, PrpData data, boolean write) {
        int blocks = (command.dword12() & 0xffff) + 1;
        long length = (long) blocks * namespace.transferredBlock();
        if (length > Profile.MAX_TRANSFER) {
            return Status.INVALID_FIELD;
        }
        if (!namespace.contains(command.lba(), blocks)) {
            return Status.LBA_OUT_OF_RANGE;
        }
        MemorySegment memory = MemorySegment.ofArray(new byte[(int) length]);
        long position = command.lba() * namespace.transferredBlock();
        return write
                ? write(namespace, command, blocks, position, data, memory)
                : read(namespace, command, position, data, memory);
    }

    private int write(
            Namespace namespace, Command command, int blocks, long position, PrpData data, MemorySegment memory) {
        int status = data.fetch(command, memory);
        Zones zones = namespace.zones();
        if (status == Status.SUCCESS && zones != null) {
            status = zones.write(command.lba(), blocks);
        }
        if (status == Status.SUCCESS) {
            namespace.disk().write(position, memory);
            writes++;
            unitsWritten += memory.byteSize() / Disk.BLOCK;
        }
        return status;
    }

    private int read(Namespace namespace, Command command, long position, PrpData data, MemorySegment memory) {
        namespace.disk().read(position, memory);
        reads++;
        unitsRead += memory.byteSize() / Disk.BLOCK;
        return data.store(command, memory);
    }

    private static int manage(Namespace namespace, Command command, PrpData data) {
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
                if (!namespace.contains(lba, blocks)) {
                    return Status.LBA_OUT_OF_RANGE;
                }
                if (pass == 1) {
                    int unit = namespace.transferredBlock();
                    namespace.disk().forget(lba * unit, blocks * unit);
                }
            }
        }
        return Status.SUCCESS;
    }
}
