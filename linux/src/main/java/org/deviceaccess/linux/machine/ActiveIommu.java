// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;

/** Whether the kernel uses an IOMMU, which, and how to turn it on. */
public enum ActiveIommu implements Examination {
    /** A backend that works with an IOMMU alone. */
    NEEDED("", "no device can be opened behind one"),
    /** A backend for devices that have none. */
    UNWANTED("; a device behind it is for the backend vfio, this one refuses it", "devices have no protection"),
    /** A backend that does not use it, but whose devices' addresses it may translate. */
    UNUSED("; it translates what a device addresses, and this backend cannot tell it how", "addresses are physical");

    private static final String TOPIC = "IOMMU";

    /** What drivers/iommu calls its units in /sys/class/iommu, before a number or an address. */
    private enum Kind {
        DMAR("Intel VT-d"),
        IVHD("AMD-Vi"),
        SMMU3("Arm SMMUv3"),
        SMMU("Arm SMMU"),
        VIRTIO("virtio");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        static String describe(String unit) {
            return Arrays.stream(values())
                    .filter(kind -> unit.startsWith(kind.name().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .map(kind -> unit + " (" + kind.title + ")")
                    .orElse(unit);
        }
    }

    private final String whenOn;
    private final String whenOff;

    ActiveIommu(String whenOn, String whenOff) {
        this.whenOn = whenOn;
        this.whenOff = whenOff;
    }

    @Override
    public List<Finding> look(Machine machine) {
        Sysfs sysfs = machine.sysfs();
        List<String> units = sysfs.names(sysfs.path("class/iommu"));
        return List.of(units.isEmpty() ? off(sysfs) : on(units));
    }

    private Finding on(List<String> units) {
        String named = units.stream().map(Kind::describe).collect(Collectors.joining(", "));
        return new Finding(TOPIC, this == NEEDED ? Severity.OK : Severity.WARNING, "on: " + named + whenOn, null);
    }

    private Finding off(Sysfs sysfs) {
        if (this != NEEDED) {
            return new Finding(TOPIC, Severity.OK, "off: " + whenOff, null);
        }
        // ACPI describes an IOMMU only if the firmware has turned it on (Intel VT-d specification, AMD I/O
        // Virtualization Technology specification).
        boolean intel = hasTable(sysfs, "DMAR");
        if (intel || hasTable(sysfs, "IVRS")) {
            String option = intel ? "intel_iommu=on" : "amd_iommu=on";
            return new Finding(
                    TOPIC,
                    Severity.PROBLEM,
                    "off, though the firmware has turned one on (ACPI table " + (intel ? "DMAR" : "IVRS") + "): "
                            + whenOff,
                    "Start the kernel with " + option + ", on Debian: sed -i 's/^GRUB_CMDLINE_LINUX=\"/&" + option
                            + " /' /etc/default/grub && update-grub && reboot");
        }
        return new Finding(
                TOPIC,
                Severity.PROBLEM,
                "none, and the firmware describes none: " + whenOff,
                "Turn it on in the firmware (VT-d, AMD-Vi, \"IOMMU\"); then, if it stays off, start the kernel with"
                        + " intel_iommu=on or amd_iommu=on");
    }

    private static boolean hasTable(Sysfs sysfs, String name) {
        return Files.exists(sysfs.path("firmware/acpi/tables").resolve(name));
    }
}
