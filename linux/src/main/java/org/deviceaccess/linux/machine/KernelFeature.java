// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.nio.file.Files;
import java.util.List;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;

/**
 * A module of the kernel, loaded or built in.
 *
 * <p>What it brings tells that it is there: {@code /sys/module} does not list every module that is built in.
 */
public enum KernelFeature implements Examination {
    /** VFIO itself. */
    VFIO("vfio", "class/vfio", "CONFIG_VFIO_GROUP", Severity.PROBLEM),
    /** The driver that PCI devices are bound to for VFIO. */
    VFIO_PCI("vfio-pci", "bus/pci/drivers/vfio-pci", "CONFIG_VFIO_PCI", Severity.PROBLEM),
    /** VFIO's use of IOMMUs. */
    VFIO_IOMMU_TYPE1("vfio_iommu_type1", "module/vfio_iommu_type1", "CONFIG_VFIO_IOMMU_TYPE1", Severity.PROBLEM),
    /** UIO itself. */
    UIO("uio", "class/uio", "CONFIG_UIO", Severity.PROBLEM),
    /** The driver that PCI devices are bound to for UIO, unless they have one of their own. */
    UIO_PCI_GENERIC("uio_pci_generic", "bus/pci/drivers/uio_pci_generic", "CONFIG_UIO_PCI_GENERIC", Severity.WARNING);

    private final String module;
    private final String evidence;
    private final String option;
    private final Severity absence;

    KernelFeature(String module, String evidence, String option, Severity absence) {
        this.module = module;
        this.evidence = evidence;
        this.option = option;
        this.absence = absence;
    }

    @Override
    public List<Finding> look(Machine machine) {
        if (isThere(machine.sysfs())) {
            return List.of(found());
        }
        return List.of(
                this == VFIO && Files.isDirectory(machine.sysfs().path("class/vfio-dev"))
                        ? withoutGroups()
                        : missing());
    }

    private boolean isThere(Sysfs sysfs) {
        return Files.isDirectory(sysfs.path(evidence));
    }

    private Finding found() {
        return new Finding(topic(), Severity.OK, "there, loaded or built in", null);
    }

    /** The devices are there since Linux 6.1, and the groups an option since 6.2. */
    private Finding withoutGroups() {
        return new Finding(
                topic(),
                absence,
                "there, but built without groups (" + option + "): there is no /sys/" + evidence,
                "Use a kernel with " + option);
    }

    private Finding missing() {
        return new Finding(
                topic(),
                absence,
                "not loaded, or the kernel was built without it (" + option + "): there is no /sys/" + evidence,
                RootCommands.forThisUser("modprobe " + module));
    }

    private String topic() {
        return "kernel: " + module;
    }
}
