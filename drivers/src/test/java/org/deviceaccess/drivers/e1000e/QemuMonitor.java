// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** QEMU's monitor, which a guest that was started with {@code testbed/run --monitor} has as a virtio-serial port. */
final class QemuMonitor {
    private static final Path PORTS = Path.of("/sys/class/virtio-ports");

    private final Path port;

    QemuMonitor() throws IOException {
        port = find();
    }

    private static Path find() throws IOException {
        try (DirectoryStream<Path> ports = Files.newDirectoryStream(PORTS)) {
            for (Path candidate : ports) {
                Path name = candidate.resolve("name");
                if (Files.exists(name) && Files.readString(name).strip().equals("monitor")) {
                    return Path.of("/dev").resolve(candidate.getFileName());
                }
            }
        }
        throw new NoSuchFileException(PORTS + "/*/name: monitor", null, "start the guest with testbed/run --monitor");
    }

    /** Plugs a network card's cable in or pulls it. */
    void setLink(String network, boolean up) throws IOException {
        Files.writeString(port, "set_link " + network + (up ? " on" : " off") + "\n");
    }
}
