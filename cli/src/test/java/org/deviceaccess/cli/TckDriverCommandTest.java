// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the kit's judgement of drivers reaches the shell; what the kit judges is tested with the kit. */
class TckDriverCommandTest {
    @TempDir
    private Path directory;

    @Test
    void conformantDriversAreZeroAndReportedEach() throws IOException {
        CommandRun run = CommandRun.of(
                "tck-driver", "sim:edu", "sim:nvme?size=1M", "--only", "DA-DRV-014", "--report", directory.toString());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("driver edu (") && run.out().contains("driver nvme ("), run.out());
        assertTrue(
                Files.readString(directory.resolve("sim-edu/conformance.json")).contains("\"DA-DRV-014\""));
        assertTrue(Files.exists(directory.resolve("sim-nvme-size-1M/TEST-junit-jupiter.xml")));
    }

    @Test
    void oneReportIsInTheDirectoryItself() {
        CommandRun run = CommandRun.of(
                "tck-driver", "sim:edu", "--only", "DA-DRV-001", "--driver", "edu", "--report", directory.toString());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(Files.exists(directory.resolve("conformance.json")));
    }

    @Test
    void wrongInputIsTwo() {
        String[][] wrong = {
            {"tck-driver"},
            {"tck-driver", "sim:edu", "--only", "DA-DMA"},
            {"tck-driver", "sim:edu", "--driver", "no-such-driver"},
        };
        for (String[] arguments : wrong) {
            CommandRun run = CommandRun.of(arguments);
            assertEquals(2, run.exitCode(), String.join(" ", arguments) + ": " + run.err());
        }
    }

    @Test
    void aDeviceWithoutDriverIsThree() {
        CommandRun run = CommandRun.of("tck-driver", "sim:edu", "--driver", "nvme");
        assertEquals(3, run.exitCode(), run.out());
        assertTrue(run.err().startsWith("DA-DRIVER-NONE: "), run.err());
    }
}
