// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.pci.PciAddress;

/**
 * The PCI functions of this system.
 *
 * @param sysfs the tree they are read from
 */
public record PciBus(Sysfs sysfs) {
    /** Returns the bus of this system. */
    public static PciBus system() {
        return new PciBus(Sysfs.system());
    }

    /** Returns the functions that are there now, in the order of their addresses; none on a system without PCI. */
    public List<PciFunction> functions() {
        return sysfs.names(sysfs.path("bus/pci/devices")).stream()
                .map(PciAddress::parse)
                .flatMap(Optional::stream)
                .sorted()
                .map(address -> new PciFunction(sysfs, address))
                .toList();
    }

    /**
     * Returns one function.
     *
     * @throws DeviceNotFoundException if there is none at the address
     */
    public PciFunction function(PciAddress address) {
        PciFunction function = new PciFunction(sysfs, address);
        if (!Files.isDirectory(function.directory())) {
            throw new DeviceNotFoundException(Failure.during("find the PCI device " + address)
                    .path(function.directory().toString())
                    .remedy("List the devices there are: deviceaccess list"));
        }
        return function;
    }

    /**
     * Returns the ranges of memory that the firmware wants an IOMMU group to reach unchanged for ever ("direct" in
     * Documentation/ABI/testing/sysfs-kernel-iommu_groups): VFIO is not given such a group. Nothing where the kernel does
     * not tell (before 4.12), and where it cannot be read: it explains other errors, which must not be hidden.
     */
    public Optional<List<String>> firmwareRanges(int group) {
        Optional<String> text;
        try {
            text = sysfs.textIfPresent(sysfs.path("kernel/iommu_groups/" + group + "/reserved_regions"));
        } catch (DeviceAccessException unreadable) {
            return Optional.empty();
        }
        return text.map(regions -> regions.lines()
                .map(line -> line.split("\\s+", -1))
                .filter(part -> part.length == 3 && part[2].equals("direct"))
                .map(part -> part[0] + "-" + part[1])
                .toList());
    }

    /**
     * Returns the members of an IOMMU group, which may be other than PCI functions.
     *
     * @throws DeviceNotFoundException if there is no such group
     */
    public List<GroupMember> groupMembers(int group) {
        Path devices = sysfs.path("kernel/iommu_groups/" + group + "/devices");
        List<String> names = sysfs.names(devices);
        if (names.isEmpty()) {
            throw new DeviceNotFoundException(Failure.during("list the members of IOMMU group " + group)
                    .because("there is no such group (any more)")
                    .path(devices.toString()));
        }
        return names.stream()
                .map(name -> new GroupMember(
                        name,
                        PciAddress.parse(name),
                        sysfs.linkName(devices.resolve(name).resolve("driver"))))
                .toList();
    }
}
