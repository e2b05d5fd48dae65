// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What tests do to the testbed's guest that they run in. */
final class Guest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** In front of a command: an unprivileged user, nobody, who has but a directory for temporary files. */
    static final String NOBODY =
            "env HOME=/tmp setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all" + " --bounding-set=-all";

    private Guest() {}

    /**
     * What came of a command.
     *
     * @param exitCode its exit status
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Outcome(int exitCode, String out, String err) {}

    /** Runs a command of the shell at the project's root, whatever comes of it. */
    static Outcome run(String command) {
        try {
            Path out = Files.createTempFile("guest", ".out");
            Path err = Files.createTempFile("guest", ".err");
            try {
                Process process = new ProcessBuilder("bash", "-c", command)
                        .directory(ROOT.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(10, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " does not end: " + Files.readString(err));
                }
                return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Runs a command of the shell, which must work, and returns what it printed. */
    static String sh(String command) {
        Outcome outcome = run(command);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(
                    command + " failed with " + outcome.exitCode() + ": " + outcome.out() + outcome.err());
        }
        return outcome.out().strip();
    }

    /** Binds a PCI device to a driver, or to none. */
    static void bind(String device, String driver) {
        String node = "/sys/bus/pci/devices/" + device;
        sh("if [ -e " + node + "/driver ]; then echo " + device + " > " + node + "/driver/unbind; fi; echo > " + node
                + "/driver_override");
        if (!driver.isEmpty()) {
            sh("echo " + driver + " > " + node + "/driver_override; echo " + device
                    + " > /sys/bus/pci/drivers_probe; [[ $(readlink " + node + "/driver) == */" + driver + " ]]");
        }
    }

    /** Returns the file of a PCI device's IOMMU group. */
    static String groupNode(String device) {
        return "/dev/vfio/" + sh("basename $(readlink /sys/bus/pci/devices/" + device + "/iommu_group)");
    }
}
