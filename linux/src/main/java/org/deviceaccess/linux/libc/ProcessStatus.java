// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says of this process (proc(5), {@code /proc/PID/status}), read anew by each method; nothing where it
 * cannot be read.
 *
 * @param file {@code /proc/self/status}
 */
public record ProcessStatus(Path file) {
    private static final long KIB = 1024;

    /** Returns the status of this process. */
    public static ProcessStatus self() {
        return new ProcessStatus(Path.of("/proc/self/status"));
    }

    /** Returns the effective user id, which the kernel judges by. */
    public Optional<String> user() {
        return part("Uid", 1);
    }

    /** Returns the effective group id. */
    public Optional<String> group() {
        return part("Gid", 1);
    }

    /** Returns the effective capabilities, bits as in {@link Capability}. */
    public OptionalLong capabilities() {
        return hex(part("CapEff", 0));
    }

    /** Returns how much memory is locked, in bytes; what VFIO has pinned is in it. */
    public OptionalLong lockedBytes() {
        return part("VmLck", 0)
                .filter(digits -> digits.matches("[0-9]{1,15}"))
                .map(digits -> OptionalLong.of(Long.parseLong(digits) * KIB))
                .orElse(OptionalLong.empty());
    }

    /** Returns ids and capabilities as a person reads them: "uid 1000, gid 1000, groups 1000 4, capabilities 0x0". */
    public String inWords() {
        String groups = line("Groups").orElse("unknown");
        return "uid " + user().orElse("unknown") + ", gid " + group().orElse("unknown") + ", groups "
                + (groups.isEmpty() ? "none" : groups) + ", capabilities 0x"
                + part("CapEff", 0).orElse("unknown");
    }

    private static OptionalLong hex(Optional<String> text) {
        return text.filter(digits -> digits.matches("[0-9a-fA-F]{1,16}"))
                .map(digits -> OptionalLong.of(Long.parseUnsignedLong(digits, 16)))
                .orElse(OptionalLong.empty());
    }

    private Optional<String> part(String name, int index) {
        return line(name)
                .map(values -> values.split("\\s+", -1))
                .filter(parts -> index < parts.length && !parts[index].isEmpty())
                .map(parts -> parts[index]);
    }

    private Optional<String> line(String name) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            return Optional.empty(); // what is said of the process then says that it is not known
        }
        return lines.stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }
}
