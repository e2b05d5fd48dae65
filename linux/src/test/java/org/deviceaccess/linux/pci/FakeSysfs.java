// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.sysfs.Sysfs;

/** A made-up tree with the links and files that the kernel makes. */
final class FakeSysfs {
    final Path root;

    FakeSysfs(Path root) {
        this.root = root;
    }

    PciBus bus() {
        return new PciBus(new Sysfs(root));
    }

    /** Adds an edu device of QEMU. */
    Path device(String address) throws IOException {
        Path device = Files.createDirectories(root.resolve("devices/pci0000:00").resolve(address));
        write(device, "vendor", "0x1234\n");
        write(device, "device", "0x11e8\n");
        write(device, "subsystem_vendor", "0x1af4\n");
        write(device, "subsystem_device", "0x1100\n");
        write(device, "class", "0x00ff00\n");
        write(device, "revision", "0x10\n");
        write(device, "numa_node", "-1\n");
        write(device, "enable", "0\n");
        write(device, "resource", """
                0x00000000fea00000 0x00000000feafffff 0x0000000000040200
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x000000000000c040 0x000000000000c05f 0x0000000000040101
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x000000fe00000000 0x000000fe00003fff 0x000000000014220c
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x00000000feb80000 0x00000000febbffff 0x0000000000046200
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                """);
        Files.write(device.resolve("config"), new byte[256]);
        Path links = Files.createDirectories(root.resolve("bus/pci/devices"));
        Files.createSymbolicLink(links.resolve(address), device);
        return device;
    }

    void bind(Path device, String driver) throws IOException {
        Path directory = Files.createDirectories(root.resolve("bus/pci/drivers").resolve(driver));
        Files.createSymbolicLink(device.resolve("driver"), directory);
    }

    void group(Path device, int number) throws IOException {
        Path group = root.resolve("kernel/iommu_groups/" + number);
        Path devices = Files.createDirectories(group.resolve("devices"));
        Files.createSymbolicLink(devices.resolve(device.getFileName()), device);
        Files.createSymbolicLink(device.resolve("iommu_group"), group);
    }

    static void write(Path device, String file, String text) throws IOException {
        Files.writeString(device.resolve(file), text);
    }
}
