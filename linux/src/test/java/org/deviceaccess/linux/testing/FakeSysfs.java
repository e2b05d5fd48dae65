// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.sysfs.Sysfs;

/** A tree of sysfs with one PCI function in IOMMU group 7, bound to vfio-pci, to be changed by tests. */
public final class FakeSysfs {
    public static final String DEVICE = "0000:00:10.0";

    public final Path root;
    public final Path device;

    public FakeSysfs(Path root) throws IOException {
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

    public void file(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text + "\n");
    }

    public void driver(String name) throws IOException {
        Files.deleteIfExists(device.resolve("driver"));
        Files.createSymbolicLink(device.resolve("driver"), directory("bus/pci/drivers/" + name));
    }

    public PciBus bus() {
        return new PciBus(new Sysfs(root));
    }

    /** Makes it a machine without an IOMMU, in VFIO's no-IOMMU mode and with free hugepages of 2 MiB. */
    public void withoutIommu() throws IOException {
        Files.delete(root.resolve("class/iommu/dmar0"));
        file(root.resolve("kernel/iommu_groups/7"), "name", "vfio-noiommu");
        noIommuMode("Y");
        hugepages(4);
    }

    /** Sets the switch of the no-IOMMU mode. */
    public void noIommuMode(String value) throws IOException {
        file(directory("module/vfio/parameters"), "enable_unsafe_noiommu_mode", value);
    }

    /** Sets how many hugepages there are, all free. */
    public void hugepages(int count) throws IOException {
        Path pool = directory("kernel/mm/hugepages/hugepages-2048kB");
        file(pool, "nr_hugepages", Integer.toString(count));
        file(pool, "free_hugepages", Integer.toString(count));
        file(pool, "resv_hugepages", "0");
    }
}
