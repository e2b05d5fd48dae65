// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.linux.testing.RestrictedProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a process meets that lacks root's capabilities. Its user is root still, so that it can read the class path. */
@Tag("guest")
@Tag("vfio")
class RestrictedGuestTest {
    private static final int MEBIBYTE = 1 << 20;

    private static String run(String wrapper, long bytes) throws IOException, InterruptedException {
        return RestrictedProgram.run(wrapper, Addresses.WIDE, bytes);
    }

    @Test
    void theLimitOfLockedMemoryIsExplainedAndTheRemedyHelps() throws IOException, InterruptedException {
        String wrapper = "setpriv --bounding-set=-ipc_lock prlimit --memlock=";
        String refused = run(wrapper + MEBIBYTE, MEBIBYTE);
        assertTrue(refused.startsWith("opened\nallocated\n"), refused);
        assertTrue(refused.contains("DA-MEMLOCK-LIMIT"), refused);
        assertTrue(refused.contains("is 1048576 bytes; 65536 are in use and 1048576 more are needed"), refused);
        assertTrue(refused.contains("prlimit --pid $$ --memlock=" + 1088 * 1024 + ":" + 1088 * 1024 + ";"), refused);
        assertTrue(refused.contains("ENOMEM"), refused);
        assertTrue(run(wrapper + 1088 * 1024, MEBIBYTE).endsWith("allocated all\n"));
    }

    @Test
    void aFileThatMayNotBeOpenedIsExplained() throws IOException, InterruptedException {
        String node = "/dev/vfio/"
                + Path.of(Guest.sh("readlink /sys/bus/pci/devices/0000:00:10.0/iommu_group")
                                .strip())
                        .getFileName();
        Guest.sh("chown nobody " + node);
        try {
            String refused = run("setpriv --bounding-set=-dac_override,-dac_read_search", MEBIBYTE);
            assertTrue(refused.contains("DA-PERMISSION-DENIED"), refused);
            assertTrue(refused.contains(node), refused);
            assertTrue(refused.contains("nobody"), refused);
            assertTrue(refused.contains("EACCES"), refused);
        } finally {
            Guest.sh("chown root " + node);
        }
    }
}
