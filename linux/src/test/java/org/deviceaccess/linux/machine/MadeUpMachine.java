// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The files and the kernel of a machine that is made up, and what is found there. */
abstract class MadeUpMachine {
    @TempDir
    Path root = Path.of("");

    final LibC libc = mock(LibC.class);

    @BeforeEach
    void anEmptyMachine() throws IOException {
        Files.createDirectories(root.resolve("sys"));
        Files.createDirectories(root.resolve("dev/vfio"));
        process("0000000000000000", 0);
    }

    void process(String capabilities, long lockedKib) throws IOException {
        Files.writeString(
                root.resolve("status"),
                "Name:\tjava\nUid:\t1000\t1001\t1000\t1000\nVmLck:\t     " + lockedKib + " kB\nCapEff:\t" + capabilities
                        + "\n");
    }

    Machine machine() {
        return new Machine(
                new PciBus(new Sysfs(root.resolve("sys"))),
                root.resolve("dev"),
                new ProcessStatus(root.resolve("status")),
                () -> libc);
    }

    Path sys(String path) throws IOException {
        return Files.createDirectories(root.resolve("sys").resolve(path));
    }

    Finding only(Examination examination) {
        List<Finding> found = machine().examine(examination);
        assertEquals(1, found.size(), found::toString);
        return found.getFirst();
    }

    static void assertFound(Severity severity, String part, Finding finding) {
        assertEquals(severity, finding.severity(), finding::toString);
        assertTrue(finding.detail().contains(part), finding::toString);
        assertEquals(severity == Severity.OK, finding.remedy() == null, finding::toString);
    }
}
