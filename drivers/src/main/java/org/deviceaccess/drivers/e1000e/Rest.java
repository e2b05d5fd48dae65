// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the card to rest from any state: it reaches memory no more and raises nothing (82574 datasheet, chapter 4.6). */
final class Rest {
    private static final Logger LOG = LoggerFactory.getLogger(Rest.class);
    private static final String OPERATION = "reset the controller";
    /** So long after a reset its registers are left alone. */
    private static final long RESET_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private Rest() {}

    /**
     * Stops receiving and sending, then resets everything but the link.
     *
     * @throws DeviceTimeoutException if the reset does not end; then it is not known what the device still does
     */
    static void reach(E1000eRegisters registers, Duration timeout) {
        registers.requirePresent(OPERATION);
        PacketInterrupt.silence(registers);
        registers.write(E1000eRegisters.RCTL, 0);
        registers.write(E1000eRegisters.TCTL, E1000eRegisters.TCTL_PSP);
        int control = registers.readPresent(E1000eRegisters.CTRL, OPERATION);
        registers.write(E1000eRegisters.CTRL, control | E1000eRegisters.CTRL_GIO_MASTER_DISABLE);
        try {
            registers.await(
                    E1000eRegisters.STATUS, "STATUS", E1000eRegisters.STATUS_GIO_MASTER_ENABLE, 0, timeout, OPERATION);
        } catch (DeviceTimeoutException e) {
            LOG.warn("{} is reset although it did not finish its transfers: {}", registers.device(), e.getMessage());
        }
        Silicon.prepareReset(registers);
        registers.write(E1000eRegisters.CTRL, control | E1000eRegisters.CTRL_RST);
        Poll.delay(RESET_NANOS);
        registers.await(E1000eRegisters.CTRL, "CTRL", E1000eRegisters.CTRL_RST, 0, timeout, OPERATION);
        registers.await(
                E1000eRegisters.EECD,
                "EECD",
                E1000eRegisters.EECD_AUTO_RD,
                E1000eRegisters.EECD_AUTO_RD,
                timeout,
                OPERATION);
        Silicon.releasePhy(registers);
        Silicon.awaitPhyConfiguration();
        PacketInterrupt.silence(registers);
    }
}
