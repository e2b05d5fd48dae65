// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** What a process holds of the system (Linux: proc(5)) and which threads it has. */
public final class Leftovers {
    private static final Path PROC = Path.of("/proc/self");
    private static final int MAPS_PATH_FIELD = 5;
    // Mappings of devices and of objects that have no file; not those of libraries, archives and anonymous memory,
    // which
    // the JVM makes and drops at any time.
    private static final Pattern DEVICE_MAPPING =
            Pattern.compile("(/dev/|/sys/|/proc/|anon_inode:|/anon_hugepage|/memfd:|/hugepages).*");
    private static final Pattern CLASS_FILE = Pattern.compile(".*\\.(jar|jmod|jsa)|.*/modules");
    private static final Pattern JVM_THREAD = Pattern.compile(
            "ForkJoinPool-.*|VirtualThread-unparker.*|Common-Cleaner|Cleaner-.*|Attach Listener|process reaper.*");

    private Leftovers() {}

    /** Returns what the open file descriptors are of, sorted; ends the test as inapplicable where that is not known. */
    public static List<String> descriptors() {
        Path directory = PROC.resolve("fd");
        requireProc(directory);
        List<String> targets = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String target = target(entry);
                // The descriptor with which this very directory is read is not there before or after.
                if (!CLASS_FILE.matcher(target).matches() && !target.endsWith("/fd")) {
                    targets.add(target.startsWith("socket:") || target.startsWith("pipe:") ? kind(target) : target);
                }
            }
        } catch (IOException e) {
            return Assumptions.abort("cannot read " + directory + ": " + e);
        }
        targets.sort(null);
        return targets;
    }

    private static String kind(String target) {
        return target.substring(0, target.indexOf(':'));
    }

    private static String target(Path entry) throws IOException {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (NoSuchFileException e) {
            return "/fd"; // closed while the directory was read
        }
    }

    /** Returns what is mapped of devices, and how much memory is locked and pinned. */
    public static List<String> mappings() {
        requireProc(PROC.resolve("maps"));
        try {
            List<String> found = Files.readAllLines(PROC.resolve("maps")).stream()
                    .map(line -> line.split("\\s+", MAPS_PATH_FIELD + 1))
                    .filter(fields -> fields.length > MAPS_PATH_FIELD)
                    .filter(fields ->
                            DEVICE_MAPPING.matcher(fields[MAPS_PATH_FIELD]).matches())
                    .map(fields -> fields[MAPS_PATH_FIELD] + " at " + fields[2] + " of inode " + fields[4])
                    .sorted()
                    .collect(Collectors.toCollection(ArrayList::new));
            Files.readAllLines(PROC.resolve("status")).stream()
                    .filter(line -> line.startsWith("VmLck:") || line.startsWith("VmPin:"))
                    .forEach(found::add);
            return found;
        } catch (IOException e) {
            return Assumptions.abort("cannot read " + PROC + ": " + e);
        }
    }

    /** Returns the threads that are alive, without those that the JVM starts for itself. */
    public static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(thread -> !JVM_THREAD.matcher(thread.getName()).matches())
                .collect(Collectors.toSet());
    }

    private static void requireProc(Path path) {
        Assumptions.assumeTrue(Files.isReadable(path), () -> "this system has no " + path);
    }
}
