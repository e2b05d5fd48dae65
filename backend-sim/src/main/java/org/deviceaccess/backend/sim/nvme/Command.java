// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A submission queue entry (NVM Express Base Specification 1.4, figure 105).
 *
 * @param opcode bits 7 to 0 of dword 0
 * @param flags bits 15 to 8 of dword 0: FUSE and PSDT
 * @param id the command identifier
 * @param namespace dword 1
 * @param prp1 dwords 6 and 7
 * @param prp2 dwords 8 and 9
 * @param dword10 dword 10
 * @param dword11 dword 11
 * @param dword12 dword 12
 * @param dword13 dword 13
 */
record Command(
        int opcode,
        int flags,
        int id,
        int namespace,
        long prp1,
        long prp2,
        int dword10,
        int dword11,
        int dword12,
        int dword13) {
    static final int LENGTH = 64;

    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FUSE = 0x03;
    private static final int PSDT = 0xc0;

    static Command parse(MemorySegment entry) {
        int dword0 = entry.get(INT32, 0);
        return new Command(
                dword0 & 0xff,
                dword0 >>> 8 & 0xff,
                dword0 >>> 16,
                entry.get(INT32, 4),
                entry.get(INT64, 24),
                entry.get(INT64, 32),
                entry.get(INT32, 40),
                entry.get(INT32, 44),
                entry.get(INT32, 48),
                entry.get(INT32, 52));
    }

    /** Returns whether it is a command of its own whose data PRPs describe, as the controller has no others. */
    boolean isPlain() {
        return (flags & (FUSE | PSDT)) == 0;
    }

    /** Returns what most admin commands select by: the low byte of dword 10. */
    int selector() {
        return dword10 & 0xff;
    }

    /** Returns dwords 10 and 11 as one number: the first block of a read or write. */
    long lba() {
        return Integer.toUnsignedLong(dword10) | (long) dword11 << Integer.SIZE;
    }
}
