// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileUsersTest {
    @TempDir
    Path directory;

    @Test
    void findsThisProcessAndAnother() throws IOException {
        Path file = Files.createFile(directory.toRealPath().resolve("file"));
        assertEquals(List.of(), FileUsers.system().of(Set.of(file)));
        Process other =
                new ProcessBuilder("sleep", "60").redirectInput(file.toFile()).start();
        try (InputStream open = Files.newInputStream(file)) {
            List<FileUsers.User> users = FileUsers.system().of(Set.of(file, Path.of("/nowhere")));
            assertEquals(
                    Set.of(ProcessHandle.current().pid(), other.pid()),
                    Set.copyOf(users.stream().map(FileUsers.User::pid).toList()));
            String text = FileUsers.describe(users);
            assertTrue(text.contains("this process, " + ProcessHandle.current().pid()), text);
            assertTrue(text.contains("process " + other.pid()), text);
            assertEquals(-1, open.read());
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void whatIsNotAProcessOrGoneIsPassedOver() throws IOException {
        Files.createDirectories(directory.resolve("sys/fd"));
        Files.createDirectories(directory.resolve("12"));
        Path fds = Files.createDirectories(directory.resolve("13/fd"));
        Files.createFile(fds.resolve("0"));
        Files.createSymbolicLink(fds.resolve("1"), Path.of("/dev/uio0"));
        assertEquals(List.of(new FileUsers.User(13, "")), new FileUsers(directory).of(Set.of(Path.of("/dev/uio0"))));
        assertEquals(List.of(), new FileUsers(directory.resolve("absent")).of(Set.of(Path.of("/dev/uio0"))));
    }
}
