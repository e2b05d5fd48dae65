// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PCI function as root sees it in sysfs: which driver of the kernel it has, and whether it is there at all.
 *
 * @param address as 0000:00:14.0
 */
record GuestFunction(String address) {
    private static final Path PCI = Path.of("/sys/bus/pci");

    private Path directory() {
        return PCI.resolve("devices").resolve(address);
    }

    /** Takes the function from the driver it has and gives it to another one. */
    void bind(String driver) throws IOException {
        Path present = directory().resolve("driver");
        if (Files.exists(present)) {
            Files.writeString(present.resolve("unbind"), address);
        }
        Files.writeString(directory().resolve("driver_override"), driver);
        Files.writeString(PCI.resolve("drivers_probe"), address);
        assertEquals(driver, present.toRealPath().getFileName().toString());
    }

    /** Returns the name of the network interface that the kernel's driver made. */
    String networkInterface() throws IOException {
        try (Stream<Path> names = Files.list(directory().resolve("net"))) {
            List<String> all = names.map(Path::getFileName).map(Path::toString).toList();
            assertEquals(1, all.size(), all.toString());
            return all.getFirst();
        }
    }

    /** Takes the function out of the kernel's sight, as unplugging does; waits until its driver has let go of it. */
    void remove() throws IOException {
        Files.writeString(directory().resolve("remove"), "1");
    }

    boolean isPresent() {
        return Files.exists(directory());
    }

    /** Lets the kernel find what was removed; it gives it to its own driver. */
    static void rescan() throws IOException {
        Files.writeString(PCI.resolve("rescan"), "1");
    }
}
