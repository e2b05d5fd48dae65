// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the processes that have a file open, as {@code fuser(1)} does. Without root only those of the own user are seen.
 *
 * @param proc where proc(5) is
 */
public record FileUsers(Path proc) {
    /**
     * A process.
     *
     * @param pid its id
     * @param command its name, or empty
     */
    public record User(long pid, String command) {
        /** Returns both in words: {@code process 4711 (testpmd)}. */
        @Override
        public String toString() {
            String self = pid == ProcessHandle.current().pid() ? "this process, " : "process ";
            return self + pid + (command.isEmpty() ? "" : " (" + command + ")");
        }
    }

    /** Looks at this system. */
    public static FileUsers system() {
        return new FileUsers(Path.of("/proc"));
    }

    /**
     * Returns the processes that have one of the files open now.
     *
     * @param files their paths, without links in them
     */
    public List<User> of(Set<Path> files) {
        List<User> users = new ArrayList<>();
        for (Path process : list(proc)) {
            String pid = String.valueOf(process.getFileName());
            if (pid.matches("[0-9]{1,10}")
                    && list(process.resolve("fd")).stream().anyMatch(fd -> isOneOf(files, fd))) {
                users.add(new User(Long.parseLong(pid), command(process)));
            }
        }
        return users;
    }

    /** Returns users in words: {@code process 4711 (testpmd), process 4712 (java)}. */
    public static String describe(List<User> users) {
        return users.stream().map(User::toString).collect(Collectors.joining(", "));
    }

    private static boolean isOneOf(Set<Path> files, Path fd) {
        try {
            return files.contains(Files.readSymbolicLink(fd));
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static List<Path> list(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException goneOrNotForUs) {
            return found; // the process has ended, or is another user's: what it has open is not to be known
        }
        return found;
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
