// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import org.deviceaccess.backend.sim.model.Bus;

/** Why the card interrupts, and how: by line, by MSI, or by one of five MSI-X vectors (82574 datasheet, chapter 7.4). */
final class Causes {
    static final int TXDW = 1;
    static final int LSC = 1 << 2;
    static final int RXO = 1 << 6;
    static final int RXT0 = 1 << 7;
    /** How many MSI-X vectors there are. */
    static final int VECTORS = 5;

    private static final int RXQ0 = 1 << 20;
    private static final int TXQ0 = 1 << 22;
    private static final int OTHER = 1 << 24;
    private static final int ASSERTED = 1 << 31;
    private static final int VALID = 1 << 3;
    private static final int IVAR_RXQ0 = 0;
    private static final int IVAR_TXQ0 = 8;
    private static final int IVAR_OTHER = 16;

    private final Bus bus;
    private final boolean msix;
    private int raised;
    private int mask;
    private int told;
    private int allocation;

    Causes(Bus bus, boolean msix) {
        this.bus = bus;
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
            raised |= causes & (LSC | RXO);
            raised |= (causes & (LSC | RXO)) != 0 ? OTHER : 0;
            raised |= (causes & RXT0) != 0 ? RXQ0 : 0;
            raised |= (causes & TXDW) != 0 ? TXQ0 : 0;
        } else {
            raised |= causes;
        }
        signal();
    }

    /** Reads ICR, which clears it while everything is masked. */
    int take() {
        int value = (raised & mask) != 0 ? raised | ASSERTED : raised;
        if (mask == 0) {
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

    private void send(int cause, int shift) {
        int entry = allocation >>> shift;
        if (cause != 0 && (entry & VALID) != 0) {
            bus.message(entry & (VALID - 1));
        }
    }
}
