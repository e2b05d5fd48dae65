// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.pci.PciAddress;

/**
 * A member of an IOMMU group.
 *
 * @param name its name on its bus
 * @param address where it is, for a PCI function
 * @param driver the kernel driver it is bound to, or nothing
 */
public record GroupMember(String name, Optional<PciAddress> address, Optional<String> driver) {
    // Those that leave the device's DMA to user space, or do none (.driver_managed_dma in drivers/pci and
    // drivers/vfio).
    private static final Set<String> HARMLESS = Set.of("pci-stub", "pcieport");

    /** Returns whether it is bound to a driver with which the kernel may use the device's DMA itself. */
    public boolean isUsedByKernel() {
        return driver.isPresent() && !driver.get().startsWith("vfio") && !HARMLESS.contains(driver.get());
    }

    /** Returns what to type so that the kernel uses none of these members of a group. */
    public static String release(List<GroupMember> members) {
        String commands = members.stream()
                .filter(GroupMember::isUsedByKernel)
                .map(member -> "echo " + member.name() + " > /sys/bus/"
                        + (member.address().isPresent() ? "pci" : "platform") + "/devices/" + member.name()
                        + "/driver/unbind")
                .collect(Collectors.joining("; "));
        return commands.isEmpty()
                ? "Unbind every member of the group from its driver, or bind it to vfio-pci"
                : "As root, if nothing needs them: " + RootCommands.forThisUser(commands);
    }

    /** Returns both in short: {@code 0000:00:15.1 (e1000e)}. */
    @Override
    public String toString() {
        return name + " (" + driver.orElse("no driver") + ")";
    }
}
