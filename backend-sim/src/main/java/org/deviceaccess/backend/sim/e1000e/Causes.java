// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import org.deviceaccess.backend.sim.model.Bus;

/** Why the card interrupts, and how: by line, by MSI, or by one of five MSI-X vectors (82574 datasheet, chapter 7.4). */
final class Causes {
    static final int CTRL_EXT = 0x00018;

    static final int TXDW = 1;
    static final int LSC = 1 << 2;
    static final int RXO = 1 << 6;
    static final int RXT0 = 1 << 7;
    static final int MDAC = 1 << 9;
    /** How many MSI-X vectors there are. */
    static final int VECTORS = 5;

    private static final int RXQ0 = 1 << 20;
    private static final int TXQ0 = 1 << 22;
    private static final int OTHER = 1 << 24;
    private static final int OF_QUEUES = 0x1f << 20;
    private static final int ASSERTED = 1 << 31;
    private static final int VALID = 1 << 3;
    private static final int IVAR_RXQ0 = 0;
    private static final int IVAR_TXQ0 = 8;
    private static final int IVAR_OTHER = 16;

    private static final int CTRL_EXT_EIAME = 1 << 24;
    private static final int CTRL_EXT_IAME = 1 << 27;
    private static final int EIAC = 0x000dc;
    private static final int IAM = 0x000e0;

    private final Bus bus;
    private final RegisterFile file;
    private final boolean msix;
    private int raised;
    private int mask;
    private int told;
    private int allocation;

    Causes(Bus bus, RegisterFile file, boolean msix) {
        this.bus = bus;
        this.file = file;
        this.msix = msix;
    }

    void clear() {
        raised = 0;
        mask = 0;
        allocation = 0;
        signal();
    }

    /** Raises one or more causes, as they are in the modes without MSI-X. */
    void raise(int causes) {
        if (msix && bus.messagesEnabled()) {
            raised |= causes & (LSC | RXO | MDAC | OF_QUEUES);
            raised |= (causes & (LSC | RXO | MDAC)) != 0 ? OTHER : 0;
            raised |= (causes & RXT0) != 0 ? RXQ0 : 0;
            raised |= (causes & TXDW) != 0 ? TXQ0 : 0;
        } else {
            raised |= causes;
        }
        signal();
    }

    /** Reads ICR, which clears it while everything is masked, or if acknowledging masks (CTRL_EXT.IAME). */
    int take() {
        int value = (raised & mask) != 0 ? raised | ASSERTED : raised;
        boolean acknowledged = (value & ASSERTED) != 0 && (file.get(CTRL_EXT) & CTRL_EXT_IAME) != 0;
        if (acknowledged) {
            mask &= ~file.get(IAM);
        }
        if (mask == 0 || acknowledged) {
            raised = 0;
        }
        signal();
        return value;
    }

    /** Writes ICR. */
    void clear(int causes) {
        raised &= ~causes;
        signal();
    }

    int mask() {
        return mask;
    }

    /** Writes IMS. */
    void unmask(int causes) {
        mask |= causes;
        signal();
    }

    /** Writes IMC. */
    void mask(int causes) {
        mask &= ~causes;
        signal();
    }

    int allocation() {
        return allocation;
    }

    /** Writes IVAR, which says which vector a cause has. */
    void allocate(int value) {
        allocation = value;
    }

    private void signal() {
        int pending = raised & mask;
        told &= pending;
        if (!bus.messagesEnabled()) {
            bus.line(pending != 0);
            return;
        }
        bus.line(false);
        int fresh = pending & ~told;
        told = pending;
        if (msix) {
            send(fresh & RXQ0, IVAR_RXQ0);
            send(fresh & TXQ0, IVAR_TXQ0);
            send(fresh & OTHER, IVAR_OTHER);
        } else if (fresh != 0) {
            bus.message(0);
        }
    }

    /** Sends the message of a cause, which clears and masks it where that is asked for (EIAC, CTRL_EXT.EIAME). */
    private void send(int cause, int shift) {
        int entry = allocation >>> shift;
        if (cause != 0 && (entry & VALID) != 0) {
            bus.message(entry & (VALID - 1));
            int automatic = cause & file.get(EIAC);
            raised &= ~automatic;
            told &= ~automatic;
            if ((file.get(CTRL_EXT) & CTRL_EXT_EIAME) != 0) {
                mask &= ~automatic;
            }
        }
    }
}
