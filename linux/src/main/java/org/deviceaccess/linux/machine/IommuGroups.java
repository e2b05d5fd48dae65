// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.GroupMember;
import org.deviceaccess.linux.pci.PciBinding;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.linux.vfio.GroupState;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;

/** The IOMMU groups, who is in them, and whether those that are given to user space can be opened. */
public enum IommuGroups implements Examination {
    /** Those of an IOMMU. */
    REAL(""),
    /** Those that the kernel makes up for devices without an IOMMU in no-IOMMU mode, one for each. */
    MADE_UP("noiommu-");

    private final String prefix;

    IommuGroups(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public List<Finding> look(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int group : groups(machine.sysfs())) {
            List<GroupMember> members = machine.bus().groupMembers(group);
            Path node = machine.dev().resolve("vfio").resolve(prefix + group);
            if (Files.exists(node)) {
                findings.add(examine(machine, node.toString(), group, members));
            } else {
                others.add("group " + group + ": " + words(members));
            }
        }
        if (findings.isEmpty()) {
            findings.add(new Finding(
                    machine.dev().resolve("vfio").toString(),
                    Severity.WARNING,
                    "no device is given to user space: none that this backend could open is bound to vfio-pci",
                    "As root, with the address of the device for BDF: "
                            + RootCommands.forThisUser(PciBinding.commands("BDF", "vfio-pci", true))));
        }
        if (!others.isEmpty()) {
            findings.add(new Finding(
                    "other IOMMU groups", Severity.OK, "not given to user space: " + String.join("; ", others), null));
        }
        return findings;
    }

    private List<Integer> groups(Sysfs sysfs) {
        Path directory = sysfs.path("kernel/iommu_groups");
        return sysfs.names(directory).stream()
                .filter(name -> name.matches("[0-9]{1,9}"))
                .filter(name -> isMadeUp(sysfs, directory.resolve(name)) == (this == MADE_UP))
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    private static boolean isMadeUp(Sysfs sysfs, Path group) {
        // drivers/vfio/group.c
        return sysfs.textIfPresent(group.resolve("name"))
                .filter("vfio-noiommu"::equals)
                .isPresent();
    }

    private static Finding examine(Machine machine, String node, int group, List<GroupMember> members) {
        String who = words(members);
        GroupState state;
        try {
            state = GroupState.of(machine.libc().get(), node);
        } catch (DeviceAccessException e) {
            return new Finding(
                    node,
                    Severity.WARNING,
                    who + ": cannot be opened, " + e.detail() + " (" + e.errno() + ")",
                    e.remedy());
        }
        return switch (state) {
            case VIABLE -> viable(node, who, machine.bus().firmwareRanges(group).orElse(List.of()));
            case IN_USE -> new Finding(node, Severity.WARNING, who + ": in use", "To see by whom: fuser -v " + node);
            case NOT_VIABLE ->
                new Finding(
                        node,
                        Severity.WARNING,
                        who + ": not viable, as the kernel itself uses a member",
                        GroupMember.release(members));
        };
    }

    private static Finding viable(String node, String who, List<String> firmwareRanges) {
        return firmwareRanges.isEmpty()
                ? new Finding(node, Severity.OK, who + ": viable", null)
                : new Finding(
                        node,
                        Severity.WARNING,
                        who + ": viable, but the firmware demands that it reach memory of its own for ever ("
                                + String.join(", ", firmwareRanges) + "), and the kernel keeps such a group to itself",
                        "Turn off in the firmware what uses the device behind the operating system's back, or put the card"
                                + " into another slot");
    }

    private static String words(List<GroupMember> members) {
        return members.stream().map(GroupMember::toString).collect(Collectors.joining(", "));
    }
}
