// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.ReceiveFilter;

/**
 * Which packets pass: the receive address registers, the multicast table and the modes in RCTL (82574 datasheet, chapters
 * 7.1.1 and 10.2.5).
 */
final class ReceiveAddresses {
    private static final int ADDRESSES = 16;
    private static final int ADDRESS_STRIDE = 8;
    private static final int TABLE_WORDS = 128;
    private static final int MODES = E1000eRegisters.RCTL_UPE | E1000eRegisters.RCTL_MPE;

    private final E1000eRegisters registers;

    ReceiveAddresses(E1000eRegisters registers) {
        this.registers = registers;
    }

    /** Makes an address the only one that the port has. */
    void setOwn(MacAddress mac) {
        for (int i = 1; i < ADDRESSES; i++) {
            registers.write(E1000eRegisters.RAH + i * ADDRESS_STRIDE, 0);
            registers.write(E1000eRegisters.RAL + i * ADDRESS_STRIDE, 0);
        }
        // In the order of the wire from the lowest byte on.
        registers.write(
                E1000eRegisters.RAL, mac.octet(0) | mac.octet(1) << 8 | mac.octet(2) << 16 | mac.octet(3) << 24);
        registers.write(E1000eRegisters.RAH, mac.octet(4) | mac.octet(5) << 8 | E1000eRegisters.RAH_AV);
    }

    /** Lets other packets pass, in the modes and by the table. */
    void apply(ReceiveFilter filter) {
        int[] table = new int[TABLE_WORDS];
        for (MacAddress group : filter.groups()) {
            int hash = hash(group);
            table[hash >>> 5] |= 1 << (hash & 31);
        }
        for (int i = 0; i < TABLE_WORDS; i++) {
            registers.write(E1000eRegisters.MTA + i * Integer.BYTES, table[i]);
        }
        int control = registers.readPresent(E1000eRegisters.RCTL, "set the receive filter");
        control &= ~MODES;
        control |= filter.promiscuous() ? MODES : 0;
        control |= filter.allMulticast() ? E1000eRegisters.RCTL_MPE : 0;
        registers.write(E1000eRegisters.RCTL, control);
    }

    /** Returns the bit of the table that an address belongs to: bits 47 to 36 of it, as RCTL.MO is 0. */
    private static int hash(MacAddress group) {
        return (group.octet(4) >>> 4 | group.octet(5) << 4) & 0xfff;
    }
}
