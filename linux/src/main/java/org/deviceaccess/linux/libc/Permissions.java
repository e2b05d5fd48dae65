// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.deviceaccess.spi.error.Failure;

/** Says, after the kernel refused, who may use a file and who this process is. */
final class Permissions {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Permissions() {}

    /** Returns the failure with both in its detail, and with a remedy unless it has one. */
    static Failure explain(Failure failure) {
        Failure facts = failure;
        String process = process();
        String path = failure.path();
        String file = path == null ? "" : file(path);
        String who = file.isEmpty() ? "this process has " + process : file + ", and this process has " + process;
        facts = facts.because(failure.detail().isEmpty() ? who : failure.detail() + "; " + who);
        if (facts.remedy() == null) {
            facts = facts.remedy(
                    file.isEmpty() ? "Run as a user who has the capability" : access(String.valueOf(path)));
        }
        return facts;
    }

    /** Returns what to type for access to a file; sysfs has no access control lists. */
    private static String access(String path) {
        return path.startsWith("/sys/")
                ? "Run as root; or give this user the file for as long as the device is bound: chown " + user() + " "
                        + path
                : "Give this user access, by a udev rule or for now: setfacl -m u:" + user() + ":rw " + path
                        + " (owner and mode may be right already: the kernel can ask for a capability as well)";
    }

    private static String file(String path) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(Path.of(path), PosixFileAttributes.class);
            return "it belongs to " + attributes.owner().getName() + ":"
                    + attributes.group().getName() + " with mode "
                    + PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException | InvalidPathException e) {
            return ""; // not a file, or not even to be looked at: the kernel's own answer is all there is to say
        }
    }

    /** Returns ids and capabilities, as the kernel sees them: "uid 1000, gid 1000, groups 1000 4, CapEff 0". */
    private static String process() {
        return "uid " + field("Uid:", 1) + ", gid " + field("Gid:", 1) + ", groups " + field("Groups:", -1)
                + ", capabilities 0x" + field("CapEff:", 0);
    }

    private static String user() {
        return field("Uid:", 1);
    }

    /** Returns a value of a line of proc(5) status, or the whole line for -1. */
    private static String field(String name, int index) {
        List<String> lines;
        try {
            lines = Files.readAllLines(STATUS);
        } catch (IOException e) {
            return "unknown";
        }
        for (String line : lines) {
            if (line.startsWith(name)) {
                String values = line.substring(name.length()).strip();
                if (index < 0) {
                    return values.isEmpty() ? "none" : values;
                }
                String[] parts = values.split("\\s+", -1);
                return index < parts.length ? parts[index] : "unknown";
            }
        }
        return "unknown";
    }
}
