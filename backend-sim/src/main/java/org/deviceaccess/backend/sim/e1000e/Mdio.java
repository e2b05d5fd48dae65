// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import org.deviceaccess.backend.sim.model.Bus;

/** The way to the PHY's registers: MDIC (82574 datasheet, chapter 10.2.2.7). */
final class Mdio {
    static final int MDIC = 0x00020;

    private static final int DATA = 0xffff;
    private static final int REGISTER_SHIFT = 16;
    private static final int REGISTER = 0x1f;
    private static final int ADDRESS_SHIFT = 21;
    private static final int OPERATION = 3 << 26;
    private static final int WRITE = 1 << 26;
    private static final int READ = 2 << 26;
    private static final int READY = 1 << 28;
    private static final int INTERRUPT = 1 << 29;
    private static final int ERROR = 1 << 30;
    /** Where the PHY is that the controller has inside. */
    private static final int INTERNAL = 1;

    private final Bus bus;
    private final RegisterFile file;
    private final Causes causes;
    private final Phy phy;
    private final E1000eFaults faults;
    // Made once, as a register access allocates nothing.
    private final Runnable execute = this::execute;

    Mdio(Bus bus, RegisterFile file, Causes causes, Phy phy, E1000eFaults faults) {
        this.bus = bus;
        this.file = file;
        this.causes = causes;
        this.phy = phy;
        this.faults = faults;
    }

    /** Writes MDIC, which starts an operation unless the driver says that there is none. */
    void write(int value) {
        file.set(MDIC, value & ~ERROR);
        if ((value & READY) == 0) {
            bus.later(execute);
        }
    }

    private void execute() {
        int value = file.get(MDIC);
        if ((value & READY) != 0 || faults.isPhySilent()) {
            return;
        }
        int register = value >>> REGISTER_SHIFT & REGISTER;
        int address = value >>> ADDRESS_SHIFT & REGISTER;
        if (address != INTERNAL || faults.isPhyFailing()) {
            value |= ERROR;
        } else if ((value & OPERATION) == READ) {
            value = (value & ~DATA) | (phy.read(register) & DATA);
        } else if ((value & OPERATION) == WRITE) {
            phy.write(register, value & DATA);
        } else {
            value |= ERROR;
        }
        file.set(MDIC, value | READY);
        if ((value & INTERRUPT) != 0) {
            causes.raise(Causes.MDAC);
        }
    }
}
