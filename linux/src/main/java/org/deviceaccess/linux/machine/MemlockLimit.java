// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import org.deviceaccess.linux.libc.Capability;
import org.deviceaccess.linux.libc.Rlimit;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;

/** How much memory this process may still lock, which is how much a device can be let reach. */
public record MemlockLimit() implements Examination {
    private static final String TOPIC = "locked memory";
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    /** Rings and buffers of an ordinary driver; one that moves much data needs more, and says so when it is refused. */
    private static final long COMFORTABLE = 64 * MIB;

    @Override
    public List<Finding> look(Machine machine) {
        if (Capability.CAP_IPC_LOCK.isIn(machine.process().capabilities().orElse(0))) {
            return List.of(new Finding(
                    TOPIC, Severity.OK, "without limit, as this process has " + Capability.CAP_IPC_LOCK, null));
        }
        long limit = Rlimit.of(machine.libc().get(), Rlimit.RLIMIT_MEMLOCK).soft();
        if (limit == Rlimit.INFINITY) {
            return List.of(new Finding(TOPIC, Severity.OK, "without limit", null));
        }
        long used = machine.process().lockedBytes().orElse(0);
        long left = Math.max(0, limit - used);
        String detail = "up to " + mib(limit) + " (RLIMIT_MEMLOCK), of which " + mib(left) + " are left; all DMA memory"
                + " counts, and " + mib(COMFORTABLE) + " are enough for most drivers";
        if (left >= COMFORTABLE) {
            return List.of(new Finding(TOPIC, Severity.OK, detail, null));
        }
        long wanted = (used + COMFORTABLE) / KIB;
        return List.of(new Finding(
                TOPIC,
                left < MIB ? Severity.PROBLEM : Severity.WARNING,
                detail,
                "Raise it for the shell that starts Java, as root: " + RootCommands.raiseLockedMemory(wanted)));
    }

    private static String mib(long bytes) {
        return bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes / KIB + " KiB";
    }
}
