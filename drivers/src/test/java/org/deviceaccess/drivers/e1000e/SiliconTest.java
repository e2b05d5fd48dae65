// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps the errata of a real card away is there after attaching, and again after a reset. */
@Timeout(60)
class SiliconTest {
    @Test
    void whatARealCardNeedsIsSetAfterEachReset() {
        try (DeviceAccess device = Devices.open("sim:e1000e?latency=0");
                E1000ePort port =
                        new E1000eDriverProvider().withTimeout(Flows.LONG).attach(device)) {
            Region bar = device.region(RegionId.BAR0);
            assertSet(bar);
            device.reset();
            port.link();
            assertSet(bar);
        }
    }

    private static void assertSet(Region bar) {
        assertEquals(1 << 26, bar.read32(0x3840) & 0x1f << 26, "TARC0");
        assertEquals(1 << 22, bar.read32(0x3828) & 1 << 22, "TXDCTL");
        assertEquals(1 << 22, bar.read32(0x3928) & 1 << 22, "TXDCTL1");
        assertEquals(1 << 22, bar.read32(0x18) & 3 << 22, "CTRL_EXT");
        assertEquals(1 << 22 | 1 << 27, bar.read32(0x5b00) & (1 << 22 | 1 << 27), "GCR");
        assertEquals(1, bar.read32(0x5b64) & 1, "GCR2");
        assertEquals(0, bar.read32(0xf00) & 1 << 5, "the PHY is free for others");
    }
}
