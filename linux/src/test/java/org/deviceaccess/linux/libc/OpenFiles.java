// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What this process has open, for tests that must leave nothing behind. */
public final class OpenFiles {
    private OpenFiles() {}

    /** Returns how many event counters are open; other threads of the JVM open files as they please, but no eventfd. */
    public static long eventFds() throws IOException {
        return targets().stream().filter(t -> t.contains("[eventfd]")).count();
    }

    /** Returns how many epoll instances are open. */
    public static long epolls() throws IOException {
        return targets().stream().filter(t -> t.contains("[eventpoll]")).count();
    }

    /** Returns how many descriptors refer to the file. */
    public static long of(Path file) throws IOException {
        String wanted = file.toRealPath().toString();
        return targets().stream().filter(wanted::equals).count();
    }

    private static List<String> targets() throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : links.toList()) {
                try {
                    targets.add(Files.readSymbolicLink(link).toString());
                } catch (NoSuchFileException e) {
                    continue; // closed meanwhile, such as the one that lists the directory
                }
            }
        }
        return targets;
    }
}
