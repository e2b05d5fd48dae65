// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

/** Which packets pass (82574 datasheet, chapters 7.1.1 and 10.2.5). */
final class Filter {
    private static final int RCTL_UPE = 1 << 3;
    private static final int RCTL_MPE = 1 << 4;
    private static final int RCTL_BAM = 1 << 15;
    private static final int RCTL_MO_SHIFT = 12;
    private static final int MTA = 0x05200;
    private static final int RAL = 0x05400;
    private static final int RAH = 0x05404;
    private static final int RAH_AV = 1 << 31;
    private static final int ADDRESSES = 16;
    private static final long BROADCAST = (1L << 48) - 1;
    /** By how many bits the last two bytes of an address are moved to get its bit in the table, by RCTL.MO. */
    private static final int[] OFFSETS = {4, 3, 2, 0};

    private Filter() {}

    /** Returns whether a packet passes whose destination has its first byte on the wire lowest. */
    static boolean passes(RegisterFile file, int control, long destination) {
        if (destination == BROADCAST) {
            return (control & (RCTL_BAM | RCTL_MPE)) != 0;
        }
        if ((destination & 1) != 0) {
            int bit = ((int) (destination >>> 32) >>> OFFSETS[(control >>> RCTL_MO_SHIFT) & 3]) & 0xfff;
            return (control & RCTL_MPE) != 0 || (file.get(MTA + (bit >>> 5) * Integer.BYTES) & (1 << (bit & 31))) != 0;
        }
        return (control & RCTL_UPE) != 0 || isOwn(file, destination);
    }

    private static boolean isOwn(RegisterFile file, long destination) {
        for (int i = 0; i < ADDRESSES; i++) {
            int high = file.get(RAH + i * Long.BYTES);
            if ((high & RAH_AV) != 0
                    && (Integer.toUnsignedLong(file.get(RAL + i * Long.BYTES)) | (high & 0xffffL) << Integer.SIZE)
                            == destination) {
                return true;
            }
        }
        return false;
    }
}
