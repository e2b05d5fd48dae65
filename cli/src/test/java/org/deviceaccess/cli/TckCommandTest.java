// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the kit's judgement reaches the shell; what the kit judges is tested with the kit. */
class TckCommandTest {
    @TempDir
    private Path directory;

    /** Says that it can open whatever it is asked for. */
    private static final class BoastingProvider extends ForwardingSim {
        @Override
        public Availability probe(DeviceAddress address, Options options) {
            return new Availability.Available(TrustLevel.SIMULATED);
        }
    }

    @Test
    void aConformantBackendIsZeroAndReported() throws IOException {
        CommandRun run = CommandRun.of("tck", "sim:edu", "--only", "DA-LOOKUP", "--report", directory.toString());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains(" passed, 0 failed"), run.out());
        assertTrue(Files.readString(directory.resolve("conformance.json")).contains("DA-LOOKUP-"));
        assertTrue(Files.exists(directory.resolve("conformance.txt")));
    }

    @Test
    void tellsAProgramTheSame() {
        CommandRun run = CommandRun.of("tck", "sim:edu", "--only", "DA-LOOKUP", "--json");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("conformant", run.json().get("judgement").textValue());
        assertTrue(run.json().get("partial").booleanValue());
    }

    @Test
    void aBackendThatIsNotIsOne() {
        CommandRun run = CommandRun.with(List.of(new BoastingProvider()), "tck", "sim:edu", "--only", "DA-LOOKUP");
        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("NOT CONFORMANT: "), run.out());
    }

    @Test
    void wrongInputIsTwo() {
        String[][] wrong = {
            {"tck"},
            {"tck", "Sim:edu"},
            {"tck", "nope:edu"},
            {"tck", "sim:edu", "--only", "DA-NOTHING"},
            {"tck", "sim:edu", "--effort", "0"},
            {"tck", "sim:edu", "--exclude", directory.resolve("missing").toString()},
        };
        for (String[] arguments : wrong) {
            CommandRun run = CommandRun.of(arguments);
            assertEquals(2, run.exitCode(), String.join(" ", arguments) + ": " + run.err());
        }
    }

    @Test
    void aDeviceThatCannotBeOpenedIsThree() {
        CommandRun run = CommandRun.of("tck", "sim:nothing");
        assertEquals(3, run.exitCode());
        assertTrue(run.err().startsWith("DA-DEVICE-NOT-FOUND: "), run.err());
    }

    @Test
    void everythingExcludedIsThree() throws IOException {
        Path file = directory.resolve("exclusions");
        Files.writeString(file, "DA-LOOKUP-001 for this test https://example.org/1\n");
        CommandRun run = CommandRun.of("tck", "sim:edu", "--only", "DA-LOOKUP-001", "--exclude", file.toString());
        assertEquals(3, run.exitCode(), run.out() + run.err());
    }
}
