// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.UnsupportedWidthException;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I/O ports that are in no BAR, on a real kernel: the machine's real-time clock, said to be a port region of a UIO device,
 * as the testbed has no driver that exports one.
 */
@Tag("guest")
@Tag("uio")
class DevPortGuestTest {
    // The MC146818: an index at the first port, the register of that index at the second one.
    private static final int REGISTER_D = 0x0d;
    private static final int SECONDS_ALARM = 0x01;

    @Test
    void portsInNoBarAreReadAndWrittenByBytes(@TempDir Path directory) throws Exception {
        FakeSysfs sysfs = new FakeSysfs(directory);
        FakeSysfs.port(sysfs.platformUio, "port0", "0x70", "0x2", "port_x86");
        Path node = Files.createSymbolicLink(Path.of("/dev/uio12"), Path.of("/dev/uio0"));
        try (DeviceAccess device = sysfs.open(JnaLibC.load(), "uio:uio12?unsafe=true")) {
            Region clock = device.region(RegionId.uioPort(0));
            assertEquals(Set.of(AccessWidth.BITS_8), clock.info().widths());
            clock.write8(0, REGISTER_D);
            assertEquals(0x80, clock.read8(1) & 0x80, "the clock's memory is valid");
            clock.write8(0, SECONDS_ALARM);
            int before = clock.read8(1);
            clock.write8(1, ~before & 0x3f);
            assertEquals(~before & 0x3f, clock.read8(1));
            assertNotEquals(before, clock.read8(1));
            clock.write8(1, before);
            assertThrows(UnsupportedWidthException.class, () -> clock.read16(0));
        } finally {
            Files.delete(node);
        }
    }
}
