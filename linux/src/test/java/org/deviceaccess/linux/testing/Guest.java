// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What tests do to the guest they run in, and what they see of themselves there. */
public final class Guest {
    private Guest() {}

    /** Writes a file of sysfs and returns what was in it. */
    public static String set(Path file, String value) throws IOException {
        String before = Files.readString(file).strip();
        Files.writeString(file, value);
        return before;
    }

    /** Runs a command of the shell, which must work, and returns what it printed. */
    public static String sh(String command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("guest", ".out");
        try {
            Process process = new ProcessBuilder("bash", "-c", command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end: " + Files.readString(output));
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** Binds a device to a driver, or to none. */
    public static void bind(String device, String driver) throws IOException, InterruptedException {
        String node = "/sys/bus/pci/devices/" + device;
        sh("if [ -e " + node + "/driver ]; then echo " + device + " > " + node + "/driver/unbind; fi");
        if (!driver.isEmpty()) {
            sh("echo " + driver + " > " + node + "/driver_override; echo " + device + " > /sys/bus/pci/drivers_probe;"
                    + " readlink " + node + "/driver | grep -q " + driver);
        }
    }

    public static List<String> openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(Guest::target).toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "gone"; // the descriptor of the listing itself
        }
    }

    public static List<String> mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps"));
    }
}
