// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import org.deviceaccess.linux.libc.Capability;
import org.deviceaccess.linux.libc.Rlimit;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.junit.jupiter.api.Test;

/** What this process may do on made-up machines. */
@SuppressWarnings("restricted") // the made-up kernel writes to where it is told to
class ProcessFindingsTest extends MadeUpMachine {
    private static final long MIB = 1 << 20;

    private void memlock(long soft) {
        doAnswer(call -> {
                    assertEquals(Rlimit.RLIMIT_MEMLOCK, (int) call.getArgument(0));
                    MemorySegment rlimit =
                            MemorySegment.ofAddress(call.<Long>getArgument(1)).reinterpret(16);
                    rlimit.set(ValueLayout.JAVA_LONG, 0, soft);
                    rlimit.set(ValueLayout.JAVA_LONG, 8, soft);
                    return 0;
                })
                .when(libc)
                .getrlimit(anyInt(), anyLong());
    }

    @Test
    void theLimitOfLockedMemoryIsComparedWithWhatDriversNeed() throws IOException {
        memlock(Rlimit.INFINITY);
        assertFound(Severity.OK, "without limit", only(new MemlockLimit()));
        process("0000000000000000", 1024);
        memlock(65 * MIB);
        assertFound(Severity.OK, "of which 64 MiB are left", only(new MemlockLimit()));
        memlock(8 * MIB);
        Finding small = only(new MemlockLimit());
        assertFound(Severity.WARNING, "up to 8 MiB (RLIMIT_MEMLOCK), of which 7 MiB are left", small);
        assertTrue(
                small.remedy().contains("prlimit --pid $$ --memlock=" + 65 * MIB + ":" + 65 * MIB + ";"),
                small.remedy());
        memlock(MIB);
        assertFound(Severity.PROBLEM, "of which 0 MiB are left", only(new MemlockLimit()));
        process("0000000000004000", 1024);
        assertFound(Severity.OK, "CAP_IPC_LOCK", only(new MemlockLimit()));
    }

    @Test
    void aMissingCapabilityIsGrantedByACommand() throws IOException {
        var needed = new NeededCapability(Capability.CAP_SYS_RAWIO, Severity.PROBLEM, "to try");
        Finding lacking = only(needed);
        assertFound(Severity.PROBLEM, "lacks it, and needs it to try", lacking);
        assertTrue(
                lacking.remedy()
                        .contains("setpriv --reuid=1001 --regid=\"$(id -g 1001)\" --init-groups --inh-caps=+sys_rawio"
                                + " --ambient-caps=+sys_rawio"),
                lacking.remedy());
        process("0000000000020000", 0);
        assertFound(Severity.OK, "has it", only(needed));
        Files.delete(root.resolve("status"));
        assertFound(Severity.PROBLEM, "not known", only(needed));
    }
}
