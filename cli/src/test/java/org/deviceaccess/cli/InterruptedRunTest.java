// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C, as the kernel sends it to a command's process. */
class InterruptedRunTest {
    @TempDir
    Path directory;

    private Path out() {
        return directory.resolve("out");
    }

    private Path err() {
        return directory.resolve("err");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tck sim:edu", "tck-driver sim:edu"})
    void aRunOfTheKitLeavesAReportThatSaysSo(String command) throws Exception {
        Path reports = directory.resolve("reports");
        Files.createDirectories(reports);
        Path old = Files.writeString(reports.resolve("conformance.json"), "of an earlier run");
        List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
        arguments.addAll(List.of("--effort", "full", "--report", reports.toString()));
        interrupt(arguments, () -> !Files.exists(old));
        String conclusion = read(out()).lines().toList().reversed().get(1);
        assertTrue(conclusion.matches("INTERRUPTED before all was tried: [0-9]+ passed, 0 failed\\."), read(out()));
        assertEquals("", read(err()));
        JsonNode report =
                new ObjectMapper().readTree(reports.resolve("conformance.json").toFile());
        assertEquals("interrupted", report.get("judgement").textValue());
        assertTrue(read(reports.resolve("conformance.txt")).contains(conclusion));
        assertTrue(read(reports.resolve("conformance.html")).contains(conclusion));
        CommandRun matrix = CommandRun.of("tck-matrix", reports.toString());
        assertEquals(2, matrix.exitCode(), matrix.out());
        assertTrue(matrix.err().contains("interrupted"), matrix.err());
    }

    @Test
    void theDemonstrationClosesItsDeviceAndSaysHowFarItCame() throws Exception {
        interrupt(List.of("demo", "sim:edu?latency=4000000"), () -> read(out()).contains("  4  "));
        assertTrue(read(out()).lines().toList().getLast().startsWith("INTERRUPTED: "), read(out()));
        assertFalse(read(out()).contains("FAILED"), read(out()));
        assertEquals("deviceaccess: interrupted\n", read(err()));
    }

    /** Runs the command, sends it SIGINT when it has come so far, and requires that it ends as Ctrl-C ends one. */
    private void interrupt(List<String> arguments, BooleanSupplier soFar) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                // A shell's background job ignores the signal, and so would what it starts.
                "env",
                "--default-signal=INT",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(out().toFile())
                .redirectError(err().toFile())
                .start();
        try {
            while (!soFar.getAsBoolean()) {
                assertTrue(process.isAlive(), () -> "it ended by itself: " + read(out()) + read(err()));
                Thread.sleep(20);
            }
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(130, process.exitValue(), () -> read(out()) + read(err()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
