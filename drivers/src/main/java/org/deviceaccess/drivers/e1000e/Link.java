// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import org.deviceaccess.spi.network.LinkState;

/** The link, which both sides negotiate by themselves (82574 datasheet, chapters 4.6.3 and 10.2.2). */
final class Link {
    private static final int FORCED = E1000eRegisters.CTRL_FRCSPD
            | E1000eRegisters.CTRL_FRCDPLX
            | E1000eRegisters.CTRL_RFCE
            | E1000eRegisters.CTRL_TFCE
            | E1000eRegisters.CTRL_GIO_MASTER_DISABLE;

    private final E1000eRegisters registers;

    Link(E1000eRegisters registers) {
        this.registers = registers;
    }

    /** Lets the link come up, with the speed and duplex that the PHY has negotiated, and without flow control. */
    void start() {
        int control = registers.readPresent(E1000eRegisters.CTRL, "start the link");
        registers.write(
                E1000eRegisters.CTRL, (control & ~FORCED) | E1000eRegisters.CTRL_SLU | E1000eRegisters.CTRL_ASDE);
    }

    LinkState state() {
        int status = registers.readPresent(E1000eRegisters.STATUS, "read the state of the link");
        if ((status & E1000eRegisters.STATUS_LU) == 0) {
            return LinkState.DOWN;
        }
        int speed = switch (status >>> E1000eRegisters.STATUS_SPEED_SHIFT & 3) {
            case 0 -> 10;
            case 1 -> 100;
            default -> 1000;
        };
        return new LinkState(true, speed, (status & E1000eRegisters.STATUS_FD) != 0);
    }
}
