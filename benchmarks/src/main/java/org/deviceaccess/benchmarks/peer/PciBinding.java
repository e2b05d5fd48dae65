// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which driver of the kernel has a PCI device, by {@code driver_override} (Documentation/ABI/testing/sysfs-bus-pci). */
final class PciBinding {
    private static final Path DEVICES = Path.of("/sys/bus/pci/devices");
    private static final Path PROBE = Path.of("/sys/bus/pci/drivers_probe");

    private PciBinding() {}

    /** Takes the device from the driver it has, and gives it to another. */
    static void bind(String device, String driver) throws IOException {
        Path node = DEVICES.resolve(device);
        Path bound = node.resolve("driver");
        if (Files.exists(bound)) {
            Files.writeString(bound.resolve("unbind"), device);
        }
        Files.writeString(node.resolve("driver_override"), driver);
        Files.writeString(PROBE, device);
        if (!Files.exists(bound) || !bound.toRealPath().endsWith(driver)) {
            throw new IOException("cannot bind " + device + " to " + driver);
        }
    }
}
