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

    /** Makes a directory, and those that it is in. */
    public Path directory(String path) throws IOException {
        return Files.createDirectories(root.resolve(path));
    }

    public void file(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text + "\n");
    }

    public void driver(String name) throws IOException {
        Files.deleteIfExists(device.resolve("driver"));
        Files.createSymbolicLink(device.resolve("driver"), directory("bus/pci/drivers/" + name));
    }

    /** Lets the firmware demand that the group reach some memory for ever, or be content. */
    public void firmwareRange(boolean demanded) throws IOException {
        file(
                root.resolve("kernel/iommu_groups/7"),
                "reserved_regions",
                (demanded ? "0x00000000bdf6e000 0x00000000bdf84fff direct\n" : "")
                        + "0x00000000000e0000 0x00000000000fffff direct-relaxable\n"
                        + "0x00000000fee00000 0x00000000feefffff msi");
    }

    /** Lets the platform remap interrupts, or not. */
    public void interruptRemapping(boolean on) throws IOException {
        file(directory("kernel/irq/1"), "chip_name", on ? "IR-IO-APIC" : "IO-APIC");
        file(directory("kernel/irq/24"), "chip_name", on ? "IR-PCI-MSI" : "PCI-MSI");
    }

    /** Makes the device a virtual function of one that is bound to a driver. */
    public void physicalFunction(String driver) throws IOException {
        Path physical = directory("devices/pci0000:00/0000:00:0f.0");
        Files.createSymbolicLink(root.resolve("bus/pci/devices/0000:00:0f.0"), physical);
        Files.createSymbolicLink(physical.resolve("driver"), directory("bus/pci/drivers/" + driver));
        Files.createSymbolicLink(device.resolve("physfn"), physical);
    }

    /** Lets the device have BAR0, and BAR2 for which no addresses were found. */
    public void unplacedBar() throws IOException {
        file(device, "resource", """
                0x00000000fe700000 0x00000000fe7fffff 0x0000000000040200
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x00000003ffffffff 0x000000002014220c
                0x0000000000000000 0x0000000000000000 0x0000000000000000""");
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
