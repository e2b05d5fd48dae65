// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.linux.memory.MemoryMapper;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** Real JVMs that refuse what this module needs, on the class path and on the module path. */
class DeniedNativeAccessTest {
    private static final String MODULE = "org.deviceaccess.linux";

    @TempDir
    Path directory;

    /** What the other JVM runs: tries twice, and says what it got. */
    static final class Program {
        public static void main(String[] args) {
            for (int attempt = 0; attempt < 2; attempt++) {
                try (Arena arena = Arena.ofShared()) {
                    new MemoryMapper(JnaLibC.load()).allocate(1, arena);
                    System.out.println("allowed");
                } catch (DeviceAccessException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void namesTheFlagOnTheClassPath() throws Exception {
        List<String> command = new ArrayList<>(List.of("--illegal-native-access=deny"));
        command.addAll(onClassPath());
        String output = run(command);
        assertTwice(output, "DA-NATIVE-ACCESS-DENIED", "remedy: Start Java with --enable-native-access=ALL-UNNAMED");
    }

    @Test
    void namesTheFlagForJnaOnTheModulePath() throws Exception {
        List<String> command = new ArrayList<>(List.of("--illegal-native-access=deny"));
        command.addAll(onModulePath());
        assertTwice(
                run(command), "DA-NATIVE-ACCESS-DENIED", "remedy: Start Java with --enable-native-access=com.sun.jna");
    }

    @Test
    void namesTheFlagForThisModuleOnTheModulePath() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("--illegal-native-access=deny", "--enable-native-access=com.sun.jna"));
        command.addAll(onModulePath());
        assertTwice(
                run(command), "DA-NATIVE-ACCESS-DENIED", "remedy: Start Java with --enable-native-access=" + MODULE);
    }

    @Test
    void worksOnTheModulePathWithBothFlags() throws Exception {
        List<String> command = new ArrayList<>(
                List.of("--illegal-native-access=deny", "--enable-native-access=com.sun.jna," + MODULE));
        command.addAll(onModulePath());
        assertEquals("allowed\nallowed\n", run(command));
    }

    @Test
    void saysWhereJnaCouldNotUnpackItsLibrary() throws Exception {
        Path file = Files.createFile(directory.resolve("no-directory"));
        List<String> command = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED", "-Djna.tmpdir=" + file));
        command.addAll(onClassPath());
        assertTwice(run(command), "DA-NATIVE-ACCESS-DENIED", "-Djna.tmpdir=DIRECTORY");
    }

    private static void assertTwice(String output, String... texts) {
        for (String text : texts) {
            assertEquals(
                    3, output.split(java.util.regex.Pattern.quote(text), -1).length, () -> text + " in:\n" + output);
        }
    }

    private static List<String> onClassPath() {
        return List.of("-cp", System.getProperty("java.class.path"), Program.class.getName());
    }

    private static List<String> onModulePath() throws URISyntaxException {
        String modules = String.join(
                File.pathSeparator,
                location(LibC.class),
                location(DeviceAccess.class),
                location(Native.class),
                location(Logger.class));
        return List.of(
                "-p",
                modules,
                "--patch-module",
                MODULE + "=" + location(DeniedNativeAccessTest.class),
                "-m",
                MODULE + "/" + Program.class.getName());
    }

    private static String location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private String run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto"));
        // There is no provider of SLF4J on the module path, which is not what this is about.
        command.add("-Dslf4j.internal.verbosity=ERROR");
        command.addAll(arguments);
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it does not end");
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        return text;
    }
}
