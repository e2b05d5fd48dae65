// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** A device that is said to do no DMA cannot master the bus. */
final class BusMasteringTests {
    private static final int MASTER = PciHeader.COMMAND_MASTER;

    @Proves("DA-IDENT-010")
    void isOffWhateverIsUsed(TckTarget target) {
        requireNoDma(target);
        try (DeviceAccess device = target.open()) {
            assertOff(device, "when the device was opened");
            Use.all(target, device);
            assertOff(device, "when everything of the device was used");
        }
    }

    @Proves("DA-IDENT-011")
    void cannotBeSwitchedOn(TckTarget target) {
        requireNoDma(target);
        try (DeviceAccess device = target.open()) {
            Region config = ConfigTests.writable(device);
            int before = ConfigTests.command(device);
            int on = before | MASTER;
            for (Region each : List.of(config, config.slice(0, 8))) {
                refused(device, "write8", () -> each.write8(PciHeader.COMMAND, on & 0xff));
                refused(device, "write16", () -> each.write16(PciHeader.COMMAND, on));
                // Zeros change nothing in the status register, which is the other half.
                refused(device, "write32", () -> each.write32(PciHeader.COMMAND, on));
                refused(device, "write16 of all ones", () -> each.write16(PciHeader.COMMAND, 0xffff));
            }
            int other = (before & ~MASTER) ^ PciHeader.COMMAND_INTX_DISABLE;
            config.write16(PciHeader.COMMAND, other);
            assertEquals(
                    Integer.toHexString(other),
                    Integer.toHexString(ConfigTests.command(device)),
                    "the command register with another bit changed");
            config.write16(PciHeader.COMMAND, before & ~MASTER);
        }
    }

    private static void requireNoDma(TckTarget target) {
        TrustLevel trust = target.survey().trust();
        Assumptions.assumeTrue(trust == TrustLevel.NO_DMA, "the trust level is " + trust);
    }

    private static void assertOff(DeviceAccess device, String when) {
        assertEquals(0, ConfigTests.command(device) & MASTER, "Bus Master Enable " + when);
    }

    private static void refused(DeviceAccess device, String what, Action write) {
        int before = ConfigTests.command(device);
        Refusal.of(
                        what + " that sets Bus Master Enable",
                        write,
                        UnsafeNotAllowedException.class,
                        UnsupportedCapabilityException.class)
                .hasRemedy();
        assertEquals(
                Integer.toHexString(before),
                Integer.toHexString(ConfigTests.command(device)),
                "the command register after the refused " + what);
    }
}
