// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.pci.GroupMember;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.sysfs.KernelModules;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.error.DeviceAccessException;

/**
 * A device to be opened over VFIO, and what sysfs tells of it when the kernel refuses.
 *
 * @param bus where it is
 * @param function the device
 * @param group its IOMMU group
 * @param type what its container is to use
 */
public record VfioTarget(PciBus bus, PciFunction function, int group, IommuType type) {
    /** Returns the device's name on its bus: {@code 0000:00:10.0}. */
    public String device() {
        return function.toString();
    }

    /** Returns the group's file: {@code /dev/vfio/5}. */
    public String groupPath() {
        return "/dev/vfio/" + groupName();
    }

    /** Returns the group's name in {@code /sys/class/vfio}. */
    String groupName() {
        return (type == IommuType.NOIOMMU ? "noiommu-" : "") + group;
    }

    /** Returns the group's directory in sysfs, where those who open the group take turns. */
    Path groupDirectory() {
        return sysfs().path("kernel/iommu_groups/" + group);
    }

    /** Returns the group's members. */
    public List<GroupMember> members() {
        return bus.groupMembers(group);
    }

    /** Returns their names, none where there is no such group any more. */
    List<String> memberNames() {
        return sysfs().names(groupDirectory().resolve("devices"));
    }

    Sysfs sysfs() {
        return bus.sysfs();
    }

    /** Returns what the firmware wants the group to reach for ever, see {@link PciBus#firmwareRanges}. */
    Optional<List<String>> firmwareRanges() {
        return bus.firmwareRanges(group);
    }

    /** Returns whether the platform is known to remap interrupts: x86 says so in the names of what delivers them. */
    boolean interruptsAreRemapped() {
        return sysfs().names(sysfs().path("kernel/irq")).stream()
                .map(irq -> known(sysfs().path("kernel/irq").resolve(irq).resolve("chip_name")))
                .anyMatch(chip -> chip.isPresent()
                        && Arrays.asList(chip.get().split("-", -1)).contains("IR"));
    }

    private Optional<String> known(Path file) {
        try {
            return sysfs().textIfPresent(file);
        } catch (DeviceAccessException unreadable) {
            return Optional.empty(); // it is asked for to explain another error, which must not be hidden
        }
    }

    /** Returns whether VFIO does without the remapping of interrupts. */
    boolean unsafeInterruptsAreAllowed() {
        return new KernelModules(sysfs())
                .flag("vfio_iommu_type1", "allow_unsafe_interrupts")
                .orElse(false);
    }
}
