// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.ACQ;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.AQA;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.ASQ;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CAP;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_AMS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_CSS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_ENABLE;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_IOCQES;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_IOSQES;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_MPS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_SHN;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CSTS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.DOORBELLS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.INTMC;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.INTMS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.VS;

import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.spi.region.AccessWidth;

/** Records accesses to the controller registers that the NVM Express Base Specification 1.4 forbids in section 3.1. */
final class AccessRules {
    private static final int CC_RESERVED = 0xff00_000e;
    private static final int ENTRIES_RESERVED = 0xf000_f000;
    private static final int ADDRESS_RESERVED = Profile.PAGE_SIZE - 1;
    private static final int LEAST_ENTRIES = 2;

    private final Bus bus;
    private final ControllerRegisters registers;
    private final QueueSet queues;

    AccessRules(Bus bus, ControllerRegisters registers, QueueSet queues) {
        this.bus = bus;
        this.registers = registers;
        this.queues = queues;
    }

    /** Looks at a read of a register. */
    void read(int offset, AccessWidth width) {
        checkWidth(offset, width, "read");
        if (offset >= DOORBELLS) {
            forbid("the doorbell at 0x" + Integer.toHexString(offset) + " was read (3.1.24)");
        }
        checkInterruptMask(offset, "read");
    }

    /** Looks at how wide a register is written. */
    void writeWidth(int offset, AccessWidth width) {
        checkWidth(offset, width, "written");
    }

    /** Looks at a write of 32 bits to what is no doorbell, before it is done. */
    void write(int offset, int value) {
        switch (offset) {
            case CAP, CAP + 4 -> forbid("CAP was written, which is read-only (3.1.1)");
            case VS -> forbid("VS was written, which is read-only (3.1.2)");
            case INTMS, INTMC -> checkInterruptMask(offset, "written");
            case CC -> checkConfiguration(value);
            case CSTS -> forbid("CSTS was written, which is read-only (3.1.6)");
            case AQA -> checkAdmin("AQA", value, ENTRIES_RESERVED, "3.1.7");
            case ASQ -> checkAdmin("ASQ", value, ADDRESS_RESERVED, "3.1.8");
            case ASQ + 4 -> checkAdmin("ASQ", value, 0, "3.1.8");
            case ACQ -> checkAdmin("ACQ", value, ADDRESS_RESERVED, "3.1.9");
            case ACQ + 4 -> checkAdmin("ACQ", value, 0, "3.1.9");
            default -> forbid("the reserved register at 0x" + Integer.toHexString(offset) + " was written (3.1)");
        }
    }

    private void checkWidth(int offset, AccessWidth width, String how) {
        // Registers are accessed at their own width, or 32 bits at a time (3.1).
        if (width == AccessWidth.BITS_64 && offset != CAP && offset != ASQ && offset != ACQ) {
            forbid("64 bits were " + how + " at 0x" + Integer.toHexString(offset)
                    + ", where no register of 64 bits is (3.1)");
        }
    }

    private void checkInterruptMask(int offset, String how) {
        if ((offset == INTMS || offset == INTMC) && bus.messagesEnabled()) {
            String name = offset == INTMS ? "INTMS" : "INTMC";
            forbid(name + " was " + how + " while MSI-X is enabled (3.1.3, 3.1.4)");
        }
    }

    private void checkAdmin(String name, int value, int reserved, String section) {
        if (registers.isEnabled()) {
            forbid(name + " was written while CC.EN is 1 (" + section + ")");
        }
        if ((value & reserved) != 0) {
            forbid(name + " was written with the reserved bits 0x" + Integer.toHexString(value & reserved) + " ("
                    + section + ")");
        }
    }

    private void checkConfiguration(int value) {
        int before = registers.configuration();
        int changed = before ^ value;
        String written =
                " (CC 0x" + Integer.toHexString(before) + " became 0x" + Integer.toHexString(value) + ", 3.1.5)";
        if ((value & CC_RESERVED) != 0) {
            forbid("CC was written with reserved bits" + written);
        }
        if ((changed & CC_ENABLE) != 0 && (value & CC_ENABLE) != 0) {
            checkEnabling(written);
        } else if ((changed & CC_ENABLE) != 0 && !registers.isReady() && !registers.isFatal()) {
            forbid("CC.EN was cleared while CSTS.RDY was 0" + written);
        } else if (registers.isEnabled() && (changed & (CC_CSS | CC_MPS | CC_AMS)) != 0) {
            forbid("CC.CSS, MPS or AMS were changed while CC.EN is 1" + written);
        } else if (registers.isEnabled() && !registers.isReady() && (changed & ~CC_SHN) != 0) {
            forbid("CC was changed while the controller is being enabled" + written);
        }
        if (queues.hasIoQueues() && registers.isEnabled() && (changed & (CC_IOSQES | CC_IOCQES)) != 0) {
            forbid("CC.IOSQES or IOCQES were changed while there are I/O queues" + written);
        }
    }

    private void checkEnabling(String written) {
        if (registers.isReady()) {
            forbid("CC.EN was set while CSTS.RDY was 1" + written);
        }
        if (registers.submissionEntries() < LEAST_ENTRIES || registers.completionEntries() < LEAST_ENTRIES) {
            forbid("CC.EN was set with admin queues of less than 2 entries (3.1.7)");
        }
    }

    /** Looks at a doorbell that was written; what is wrong with its value is known by its queue. */
    void doorbell(String name, int value, String wrong) {
        forbid(name + " was written with " + value + ": " + wrong + " (3.1.24, 3.1.25)");
    }

    private void forbid(String what) {
        bus.forbidden(what);
    }
}
