// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this process has open of the kernel. */
final class OpenFiles {
    private static final Path DIRECTORY = Path.of("/proc/self/fd");

    private OpenFiles() {}

    /** Returns device files and event descriptors, sorted; none where there is no /proc. */
    static List<String> list() throws IOException {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(OpenFiles::target)
                    .filter(name -> name.startsWith("/dev/") || name.startsWith("anon_inode"))
                    .sorted()
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "gone"; // the descriptor of the listing itself
        }
    }
}
