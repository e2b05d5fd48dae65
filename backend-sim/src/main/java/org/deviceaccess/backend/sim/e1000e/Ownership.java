// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

/**
 * Who may use PHY and EEPROM, software or firmware: MDIO ownership in EXTCNF_CTRL, and the semaphores in SWSM (82574
 * datasheet, chapters 4.6.12 and 10.2.2). The firmware of this card wants neither, unless a test lets it.
 */
final class Ownership {
    static final int EXTCNF_CTRL = 0x00f00;
    static final int SWSM = 0x05b50;

    private static final int SOFTWARE = 1 << 5;
    private static final int HARDWARE_OR_MANAGEMENT = 1 << 6 | 1 << 7;
    private static final int SMBI = 1;
    private static final int SWESMBI = 1 << 1;

    private final RegisterFile file;
    private final E1000eFaults faults;

    Ownership(RegisterFile file, E1000eFaults faults) {
        this.file = file;
        this.faults = faults;
    }

    /** Writes EXTCNF_CTRL: software has the ownership if it can read its bit back. */
    void request(int value) {
        int granted = faults.isOwnershipWithheld() ? value & ~SOFTWARE : value;
        file.set(EXTCNF_CTRL, granted & ~HARDWARE_OR_MANAGEMENT);
    }

    /** Reads SWSM: whoever sees SMBI clear has it. */
    int readSemaphores() {
        int value = file.get(SWSM);
        file.set(SWSM, value | SMBI);
        return value;
    }

    /** Writes SWSM: SMBI can be given back only, SWESMBI is had by whoever can read it back. */
    void writeSemaphores(int value) {
        int kept = file.get(SWSM) & value & SMBI;
        int granted = faults.isOwnershipWithheld() ? 0 : value & SWESMBI;
        file.set(SWSM, (value & ~(SMBI | SWESMBI)) | kept | granted);
    }
}
