// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.Region;

/** The registers in BAR 0, with the names of the Intel 82574 GbE Controller Family Datasheet, chapter 10.2. */
final class E1000eRegisters {
    /** The length of BAR 0 in bytes. */
    static final long BAR_SIZE = 0x20000;

    static final int CTRL = 0x00000;
    static final int CTRL_GIO_MASTER_DISABLE = 1 << 2;
    static final int CTRL_ASDE = 1 << 5;
    static final int CTRL_SLU = 1 << 6;
    static final int CTRL_FRCSPD = 1 << 11;
    static final int CTRL_FRCDPLX = 1 << 12;
    static final int CTRL_RST = 1 << 26;
    static final int CTRL_RFCE = 1 << 27;
    static final int CTRL_TFCE = 1 << 28;

    static final int STATUS = 0x00008;
    static final int STATUS_FD = 1;
    static final int STATUS_LU = 1 << 1;
    static final int STATUS_SPEED_SHIFT = 6;
    static final int STATUS_GIO_MASTER_ENABLE = 1 << 19;

    static final int EECD = 0x00010;
    static final int EECD_AUTO_RD = 1 << 9;
    static final int EERD = 0x00014;
    static final int EERD_START = 1;
    static final int EERD_DONE = 1 << 1;
    static final int EERD_ADDRESS_SHIFT = 2;
    static final int EERD_DATA_SHIFT = 16;
    static final int CTRL_EXT = 0x00018;
    static final int CTRL_EXT_DRV_LOAD = 1 << 28;

    static final int ICR = 0x000c0;
    static final int IMS = 0x000d0;
    static final int IMC = 0x000d8;
    static final int IVAR = 0x000e4;
    static final int CAUSE_LSC = 1 << 2;
    static final int CAUSE_RXDMT0 = 1 << 4;
    static final int CAUSE_RXO = 1 << 6;
    static final int CAUSE_RXT0 = 1 << 7;
    static final int CAUSE_RXQ0 = 1 << 20;
    static final int CAUSE_OTHER = 1 << 24;

    static final int RCTL = 0x00100;
    static final int RCTL_EN = 1 << 1;
    static final int RCTL_UPE = 1 << 3;
    static final int RCTL_MPE = 1 << 4;
    static final int RCTL_BAM = 1 << 15;
    static final int RCTL_SECRC = 1 << 26;
    static final int RDBAL = 0x02800;
    static final int RDBAH = 0x02804;
    static final int RDLEN = 0x02808;
    static final int RDH = 0x02810;
    static final int RDT = 0x02818;
    static final int RDTR = 0x02820;
    static final int RXDCTL = 0x02828;
    static final int RADV = 0x0282c;
    static final int RXCSUM = 0x05000;
    static final int RFCTL = 0x05008;
    static final int MTA = 0x05200;
    static final int RAL = 0x05400;
    static final int RAH = 0x05404;
    static final int RAH_AV = 1 << 31;
    static final int MRQC = 0x05818;

    static final int TCTL = 0x00400;
    static final int TCTL_EN = 1 << 1;
    static final int TCTL_PSP = 1 << 3;
    static final int TCTL_CT_SHIFT = 4;
    static final int TCTL_COLD_SHIFT = 12;
    static final int TIPG = 0x00410;
    static final int TDBAL = 0x03800;
    static final int TDBAH = 0x03804;
    static final int TDLEN = 0x03808;
    static final int TDH = 0x03810;
    static final int TDT = 0x03818;
    static final int TIDV = 0x03820;
    static final int TXDCTL = 0x03828;
    static final int TXDCTL_GRAN = 1 << 24;
    static final int TXDCTL_RESERVED_ONE = 1 << 22;

    private final Region bar;
    private final String device;

    E1000eRegisters(Region bar, String device) {
        this.bar = bar;
        this.device = device;
    }

    /** Returns the name of the device, for messages. */
    String device() {
        return device;
    }

    int read(int register) {
        return bar.read32(register);
    }

    /** Writes a register; what was written to memory before is visible to the device first. */
    void write(int register, int value) {
        bar.write32(register, value);
    }

    /** Reads a register of which not all bits can be set, once it is certain that a device answers. */
    int readPresent(int register, String operation) {
        int value = bar.read32(register);
        if (value == Poll.GONE) {
            throw lost(operation);
        }
        return value;
    }

    /** Throws if the device is gone: bits 31 to 20 of STATUS are not all set in one that is there. */
    void requirePresent(String operation) {
        readPresent(STATUS, operation);
    }

    /** Waits until bits of a register have a value, and returns the register. */
    int await(int register, String name, int mask, int wanted, Duration timeout, String operation) {
        int value = Poll.register32(bar, register, mask, wanted, timeout.toNanos());
        if (value == Poll.GONE) {
            throw lost(operation);
        }
        if ((value & mask) != wanted) {
            throw new DeviceTimeoutException(Failure.during(operation + " of " + device)
                    .because(
                            name + " is still 0x" + Integer.toHexString(value) + " after " + timeout.toMillis() + " ms")
                    .remedy("Reset the device; if it stays so, it is defective"));
        }
        return value;
    }

    DeviceFaultException fault(String operation, String detail) {
        return new DeviceFaultException(Failure.during(operation + " of " + device)
                .because(detail)
                .remedy("Reset the device; if it stays so, it is defective"));
    }

    private DeviceLostException lost(String operation) {
        return new DeviceLostException(Failure.during(operation + " of " + device)
                .because("the register reads as all ones, which is how a device that is gone reads")
                .remedy("Close the device; when it is back, open it again"));
    }
}
