// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import org.deviceaccess.linux.sysfs.KernelModules;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.jspecify.annotations.Nullable;

/** The no-IOMMU mode of the kernel (drivers/vfio/group.c): whether devices without an IOMMU can be bound to VFIO. */
enum NoIommuMode {
    /** Devices that are bound from now on can be opened. */
    ON("the no-IOMMU mode of VFIO is on", null),
    /** It is there and must be switched on before a device is bound. */
    OFF("the no-IOMMU mode of VFIO is switched off", "echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode"),
    /** The module is not loaded, so there is nothing to be switched on. */
    NOT_LOADED(
            "the kernel module vfio is not loaded, or the kernel was built without VFIO (CONFIG_VFIO)",
            "modprobe vfio enable_unsafe_noiommu_mode=1; modprobe vfio-pci"),
    /** The kernel cannot do it. */
    NOT_BUILT("the kernel was built without the no-IOMMU mode of VFIO (CONFIG_VFIO_NOIOMMU)", null);

    private static final String MODULE = "vfio";
    private static final String PARAMETER = "enable_unsafe_noiommu_mode";

    private final String description;
    private final @Nullable String command;

    NoIommuMode(String description, @Nullable String command) {
        this.description = description;
        this.command = command;
    }

    /** Asks the kernel. */
    static NoIommuMode of(Sysfs sysfs) {
        KernelModules modules = new KernelModules(sysfs);
        if (!modules.isPresent(MODULE)) {
            return NOT_LOADED;
        }
        return modules.parameter(MODULE, PARAMETER)
                .map(value -> value.equals("Y") ? ON : OFF)
                .orElse(NOT_BUILT);
    }

    /** Returns what is so, in words. */
    String description() {
        return description;
    }

    /** Returns the command that switches it on, to be run as root; {@code null} where there is none. */
    @Nullable
    String command() {
        return command;
    }
}
