// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.jspecify.annotations.Nullable;

/** A switch of the kernel that trades safety for reach. */
public enum ModuleSwitch implements Examination {
    /** Whether devices without an IOMMU can be opened over VFIO at all. */
    NO_IOMMU_MODE("no-IOMMU mode", "vfio", "enable_unsafe_noiommu_mode") {
        @Override
        Finding on() {
            return finding(Severity.OK, "on: devices without an IOMMU can be bound to vfio-pci", null);
        }

        @Override
        Finding off() {
            return finding(
                    Severity.PROBLEM,
                    "off: a device without an IOMMU gets no group when it is bound to vfio-pci",
                    "As root: " + RootCommands.forThisUser("echo 1 > " + path())
                            + "; then bind the device to vfio-pci again");
        }

        @Override
        Finding absent(boolean moduleIsThere) {
            return moduleIsThere
                    ? finding(
                            Severity.PROBLEM,
                            "there is no " + path()
                                    + ", as the kernel was built without the mode (CONFIG_VFIO_NOIOMMU)",
                            "Use a kernel with CONFIG_VFIO_NOIOMMU; or the backend uio, without messages")
                    : finding(
                            Severity.PROBLEM,
                            "there is no " + path() + ": vfio is not loaded, or the kernel was built without the mode"
                                    + " (CONFIG_VFIO_NOIOMMU)",
                            RootCommands.forThisUser("modprobe vfio enable_unsafe_noiommu_mode=1"));
        }
    },
    /** Whether VFIO does with an IOMMU that does not check interrupts. */
    UNSAFE_INTERRUPTS("unsafe interrupts", "vfio_iommu_type1", "allow_unsafe_interrupts") {
        @Override
        Finding on() {
            return finding(
                    Severity.WARNING,
                    "allowed: where the IOMMU does not remap interrupts, a device can raise any of the machine's",
                    "Unless that is so, as root: " + RootCommands.forThisUser("echo 0 > " + path()));
        }

        @Override
        Finding off() {
            return finding(Severity.OK, "not allowed: the IOMMU must remap interrupts", null);
        }

        @Override
        Finding absent(boolean moduleIsThere) {
            return finding(Severity.OK, "not known to this kernel", null);
        }
    };

    private final String topic;
    private final String module;
    private final String parameter;

    ModuleSwitch(String topic, String module, String parameter) {
        this.topic = topic;
        this.module = module;
        this.parameter = parameter;
    }

    abstract Finding on();

    abstract Finding off();

    abstract Finding absent(boolean moduleIsThere);

    @Override
    public List<Finding> look(Machine machine) {
        return List.of(machine.modules()
                .flag(module, parameter)
                .map(set -> set ? on() : off())
                .orElseGet(() -> absent(machine.modules().isPresent(module))));
    }

    Finding finding(Severity severity, String detail, @Nullable String remedy) {
        return new Finding(topic, severity, detail, remedy);
    }

    String path() {
        return "/sys/module/" + module + "/parameters/" + parameter;
    }
}
