// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import org.deviceaccess.backend.sim.model.Bus;

/** The ways to the EEPROM: EECD, EERD and EEWR (82574 datasheet, chapters 10.2.2.3, 10.2.2.4 and 10.2.2.15). */
final class Nvm {
    static final int EECD = 0x00010;
    static final int EERD = 0x00014;
    static final int EEWR = 0x0102c;

    /** AUTO_RD: what the card needs is read; EE_PRES; and NVADDS: an EEPROM whose addresses have one byte. */
    private static final int EECD_READY = 1 << 9 | 1 << 8 | 1 << 15;

    private static final int EECD_REQUEST = 1 << 6;
    private static final int EECD_GRANT = 1 << 7;
    private static final int START = 1;
    private static final int DONE = 1 << 1;
    private static final int ADDRESS_SHIFT = 2;
    private static final int ADDRESS = 0x3fff;

    private final Bus bus;
    private final RegisterFile file;
    private final Eeprom eeprom;
    private final E1000eFaults faults;
    // Made once, as a register access allocates nothing.
    private final Runnable readWord = this::readWord;
    private final Runnable writeWord = this::writeWord;

    Nvm(Bus bus, RegisterFile file, Eeprom eeprom, E1000eFaults faults) {
        this.bus = bus;
        this.file = file;
        this.eeprom = eeprom;
        this.faults = faults;
    }

    void reset() {
        file.set(EECD, EECD_READY);
        file.set(EERD, DONE);
        file.set(EEWR, DONE);
    }

    /** Writes EECD: who asks for the pins of the EEPROM gets them. */
    void select(int value) {
        file.set(EECD, EECD_READY | ((value & EECD_REQUEST) != 0 ? EECD_REQUEST | EECD_GRANT : 0));
    }

    /** Writes EERD. */
    void read(int value) {
        start(EERD, value, readWord);
    }

    /** Writes EEWR. */
    void write(int value) {
        start(EEWR, value, writeWord);
    }

    private void start(int register, int value, Runnable work) {
        file.set(register, value & ~DONE);
        if ((value & START) != 0) {
            bus.later(work);
        }
    }

    private void readWord() {
        int value = file.get(EERD);
        if ((value & START) == 0 || faults.isEepromSilent()) {
            return;
        }
        int word = eeprom.word(value >>> ADDRESS_SHIFT & ADDRESS);
        int answer = faults.isEepromCorrupt() ? word ^ 1 : word;
        file.set(EERD, (value & 0xffff & ~START) | DONE | (answer << Short.SIZE));
    }

    private void writeWord() {
        int value = file.get(EEWR);
        if ((value & START) == 0 || faults.isEepromSilent()) {
            return;
        }
        eeprom.program(value >>> ADDRESS_SHIFT & ADDRESS, value >>> Short.SIZE);
        file.set(EEWR, (value & ~START) | DONE);
    }
}
