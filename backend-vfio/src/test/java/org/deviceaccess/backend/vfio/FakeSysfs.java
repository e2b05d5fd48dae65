// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.sysfs.Sysfs;

/** A tree of sysfs with one PCI function in IOMMU group 7, bound to vfio-pci, to be changed by tests. */
final class FakeSysfs {
    static final String DEVICE = "0000:00:10.0";

    final Path root;
    final Path device;

    FakeSysfs(Path root) throws IOException {
        this.root = root;
        this.device = directory("devices/pci0000:00/" + DEVICE);
        file(device, "vendor", "0x1234");
        file(device, "device", "0x11e8");
        file(device, "subsystem_vendor", "0x1af4");
        file(device, "subsystem_device", "0x1100");
        file(device, "class", "0x00ff00");
        file(device, "revision", "0x10");
        Path group = directory("kernel/iommu_groups/7/devices");
        Files.createSymbolicLink(directory("bus/pci/devices").resolve(DEVICE), device);
        Files.createSymbolicLink(group.resolve(DEVICE), device);
        Files.createSymbolicLink(device.resolve("iommu_group"), group.getParent());
        driver("vfio-pci");
        directory("class/iommu/dmar0");
    }

    private Path directory(String path) throws IOException {
        return Files.createDirectories(root.resolve(path));
    }

    void file(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text + "\n");
    }

    void driver(String name) throws IOException {
        Files.deleteIfExists(device.resolve("driver"));
        Files.createSymbolicLink(device.resolve("driver"), directory("bus/pci/drivers/" + name));
    }

    PciBus bus() {
        return new PciBus(new Sysfs(root));
    }
}
