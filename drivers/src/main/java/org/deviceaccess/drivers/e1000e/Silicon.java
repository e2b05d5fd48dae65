// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.drivers.support.Poll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a real card needs beyond what its registers are described to do: waits around a reset, the semaphore for the PHY, and
 * bits that the vendor sets after each reset to keep errata away. Emulated cards take all of it and need none.
 *
 * <p>The bits have no meaning in the 82574 datasheet, which calls most of them reserved; they are those that Intel's own
 * drivers set for this card (Linux, drivers/net/ethernet/intel/e1000e/82571.c: e1000_reset_hw_82571,
 * e1000_initialize_hw_bits_82571, e1000_init_hw_82571).
 */
final class Silicon {
    private static final Logger LOG = LoggerFactory.getLogger(Silicon.class);

    /** EXTCNF_CTRL, extended configuration control (datasheet, chapter 10.2.2). */
    static final int EXTCNF_CTRL = 0x00f00;
    /** The driver owns the interface to the PHY, which manageability and the card's own configuration use, too. */
    static final int MDIO_SW_OWNERSHIP = 1 << 5;

    private static final int TARC0 = 0x03840;
    private static final int TARC0_CLEARED = 0xf << 27;
    private static final int TARC0_SET = 1 << 26;
    private static final int TXDCTL1 = 0x03928;
    private static final int CTRL_CLEARED = 1 << 29;
    private static final int CTRL_EXT_CLEARED = 1 << 23;
    private static final int CTRL_EXT_SET = 1 << 22;
    /** PCIe control: without bit 22, and bit 0 of GCR2, completions get lost under ASPM, and with them transmissions. */
    private static final int GCR = 0x05b00;

    private static final int GCR_COMPLETIONS = 1 << 22;
    /** L1 is entered without the receiver being in L0s. */
    private static final int GCR_L1_WITHOUT_L0S = 1 << 27;

    private static final int GCR2 = 0x05b64;
    private static final int GCR2_COMPLETIONS = 1;

    /** For what is still on the bus when receiving and sending were stopped. */
    private static final long QUIESCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** The PHY is configured from the NVM when EECD.AUTO_RD is set; until it is done neither may be touched. */
    private static final long PHY_CONFIGURATION_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final Duration OWNERSHIP = Duration.ofMillis(40);

    private Silicon() {}

    /** Lets transfers end, and takes the PHY, so that a reset does not come in the middle of somebody's access to it. */
    static void prepareReset(E1000eRegisters registers) {
        Poll.delay(QUIESCE_NANOS);
        boolean owned = Poll.until(
                () -> {
                    registers.write(EXTCNF_CTRL, registers.read(EXTCNF_CTRL) | MDIO_SW_OWNERSHIP);
                    return (registers.read(EXTCNF_CTRL) & MDIO_SW_OWNERSHIP) != 0;
                },
                OWNERSHIP.toNanos());
        if (!owned) {
            LOG.debug("{} is reset although its PHY is in use by others", registers.device());
        }
    }

    /** Gives the PHY back, also where it was not to be had: a reset clears the bit. */
    static void releasePhy(E1000eRegisters registers) {
        registers.write(EXTCNF_CTRL, registers.read(EXTCNF_CTRL) & ~MDIO_SW_OWNERSHIP);
    }

    /** Waits until NVM and PHY can be accessed, after a reset whose EECD.AUTO_RD was seen. */
    static void awaitPhyConfiguration() {
        Poll.delay(PHY_CONFIGURATION_NANOS);
    }

    /** Sets what is to be set after each reset, before the rings are started. */
    static void apply(E1000eRegisters registers) {
        change(registers, E1000eRegisters.TXDCTL, 0, E1000eRegisters.TXDCTL_RESERVED_ONE);
        change(registers, TXDCTL1, 0, E1000eRegisters.TXDCTL_RESERVED_ONE);
        change(registers, TARC0, TARC0_CLEARED, TARC0_SET);
        change(registers, E1000eRegisters.CTRL, CTRL_CLEARED, 0);
        change(registers, E1000eRegisters.CTRL_EXT, CTRL_EXT_CLEARED, CTRL_EXT_SET);
        change(registers, GCR, 0, GCR_COMPLETIONS | GCR_L1_WITHOUT_L0S);
        change(registers, GCR2, 0, GCR2_COMPLETIONS);
    }

    private static void change(E1000eRegisters registers, int register, int cleared, int set) {
        int value = registers.readPresent(register, "start the port");
        registers.write(register, (value & ~cleared) | set);
    }
}
