// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import org.deviceaccess.spi.Devices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line as a person meets it: help, mistakes, exit status. */
class MainTest {
    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    @Test
    void helpNamesEveryCommand() {
        CommandRun help = CommandRun.of("--help");
        assertEquals(0, help.exitCode());
        CommandLine commands = CommandRun.commandLine(new StringWriter(), new StringWriter(), Devices.builder());
        commands.getSubcommands().keySet().forEach(name -> assertContains(help.out(), "  " + name + " "));
    }

    @Test
    void everyCommandHasHelpWithAnExample() {
        CommandLine commands = CommandRun.commandLine(new StringWriter(), new StringWriter(), Devices.builder());
        commands.getSubcommands().forEach((name, command) -> {
            CommandRun help = CommandRun.of("help", name);
            assertEquals(0, help.exitCode(), name);
            if (!name.equals("help")) {
                assertContains(help.out(), "Examples:");
                assertContains(help.out(), "  deviceaccess " + name);
            }
        });
    }

    @Test
    void versionIsThatOfTheBuild() {
        CommandRun version = CommandRun.of("--version");
        assertEquals(0, version.exitCode());
        assertTrue(
                version.out().matches("(?s)deviceaccess [0-9]+\\.[0-9]+\\.[0-9]+.*SPI level [0-9]+.*"), version.out());
    }

    @Test
    void withoutACommandItSaysWhichThereAre() {
        CommandRun nothing = CommandRun.of();
        assertEquals(2, nothing.exitCode());
        assertEquals("", nothing.out());
        assertContains(nothing.err(), "Commands:");
    }

    @Test
    void aMistypedCommandIsSuggested() {
        CommandRun mistyped = CommandRun.of("dmo");
        assertEquals(2, mistyped.exitCode());
        assertContains(mistyped.err(), "dmo");
        assertContains(mistyped.err(), "deviceaccess demo");
    }

    @Test
    void anUnknownOptionIsNamed() {
        CommandRun unknown = CommandRun.of("demo", "--frobnicate");
        assertEquals(2, unknown.exitCode());
        assertContains(unknown.err(), "--frobnicate");
        assertContains(unknown.err(), "deviceaccess demo --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nope:xx", "nope:xx", "sim:edu?colour=red", "sim:edu?latency=soon", "sim:edu?latency"})
    void wrongAddressesAreUsageErrors(String address) {
        CommandRun wrong = CommandRun.of("demo", address);
        assertEquals(2, wrong.exitCode(), wrong.err());
        assertTrue(wrong.err().startsWith("DA-"), wrong.err());
        assertContains(wrong.err(), "remedy: ");
        assertFalse(wrong.err().contains("\tat "), "no stack trace unless asked for");
    }

    @Test
    void verboseShowsWhereAnErrorComesFrom() {
        CommandRun wrong = CommandRun.of("demo", "-v", "sim:nothing");
        assertEquals(1, wrong.exitCode());
        assertContains(wrong.err(), "DA-DEVICE-NOT-FOUND");
        assertContains(wrong.err(), "\tat ");
    }
}
