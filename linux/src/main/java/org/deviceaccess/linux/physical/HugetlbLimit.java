// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.sysfs.Sysfs;

/**
 * The limits of hugepages of this process's control group and of those around it (Documentation/admin-guide/cgroup-v2.rst
 * and cgroup-v1/hugetlb.rst): the pages may be free and yet not for this process.
 *
 * @param membership {@code /proc/self/cgroup}
 * @param root where the control groups are mounted: {@code /sys/fs/cgroup}
 */
record HugetlbLimit(Path membership, Path root) {
    // Version 2, version 1; each with what it counts. rsvd counts what is promised to a mapping, too.
    private static final List<String[]> FILES = List.of(
            new String[] {"max", "current"},
            new String[] {"rsvd.max", "rsvd.current"},
            new String[] {"limit_in_bytes", "usage_in_bytes"},
            new String[] {"rsvd.limit_in_bytes", "rsvd.usage_in_bytes"});

    /** Returns those of this process. */
    static HugetlbLimit of(Sysfs sysfs) {
        return new HugetlbLimit(Path.of("/proc/self/cgroup"), sysfs.path("fs/cgroup"));
    }

    /**
     * A limit that is in the way.
     *
     * @param file where it is set
     * @param limit in bytes
     * @param used how much of it is used, in bytes
     */
    record Exceeded(Path file, long limit, long used) {
        /** Returns it in words. */
        String inWords() {
            return "the limit of the process's control group, " + file + ", is " + limit + " bytes, of which " + used
                    + " are used";
        }

        /** Returns what to type for as much more. */
        String raise(long bytes) {
            return "As root: " + RootCommands.forThisUser("echo " + (used + bytes) + " > " + file);
        }
    }

    /**
     * Returns the innermost limit that does not leave room.
     *
     * @param pageSize of the hugepages, in bytes
     * @param needed in bytes
     */
    Optional<Exceeded> exceededBy(long pageSize, long needed) {
        for (String line : lines(membership)) {
            // hierarchy:controllers:path
            String[] part = line.split(":", 3);
            if (part.length == 3
                    && (part[1].isEmpty() || List.of(part[1].split(",")).contains("hugetlb"))) {
                Path mount = part[1].isEmpty() ? root : root.resolve("hugetlb");
                Optional<Exceeded> found = search(mount, part[2], pageSize, needed);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Exceeded> search(Path mount, String group, long pageSize, long needed) {
        String prefix = "hugetlb." + unit(pageSize) + ".";
        Path directory = mount.resolve(group.substring(Math.min(1, group.length())));
        for (Path at = directory; at != null && at.startsWith(mount); at = at.getParent()) {
            for (String[] pair : FILES) {
                Path file = at.resolve(prefix + pair[0]);
                Optional<Long> limit = number(file);
                Optional<Long> used = number(at.resolve(prefix + pair[1]));
                if (limit.isPresent() && used.isPresent() && limit.get() - used.get() < needed) {
                    return Optional.of(new Exceeded(file, limit.get(), used.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** Returns a size as the kernel writes it in the names (mm/hugetlb_cgroup.c): 2MB, 1GB. */
    private static String unit(long bytes) {
        if (bytes >= 1L << 30) {
            return (bytes >> 30) + "GB";
        }
        return bytes >= 1L << 20 ? (bytes >> 20) + "MB" : (bytes >> 10) + "KB";
    }

    /** Returns what is in a file; nothing for "max", and where there is no such file. */
    private static Optional<Long> number(Path file) {
        return lines(file).stream()
                .filter(text -> text.matches("[0-9]{1,18}"))
                .findFirst()
                .map(Long::valueOf);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of(); // a kernel without control groups, or another version of them
        }
    }
}
