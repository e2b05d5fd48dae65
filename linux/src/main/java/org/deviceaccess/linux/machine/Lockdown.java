// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import org.deviceaccess.linux.sysfs.KernelLockdown;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;

/** Whether the kernel is locked down, see {@link KernelLockdown}. */
public record Lockdown() implements Examination {
    private static final String TOPIC = "lockdown";

    @Override
    public List<Finding> look(Machine machine) {
        String mode = new KernelLockdown(machine.sysfs()).mode().orElse("");
        return List.of(
                switch (mode) {
                    case "" ->
                        new Finding(TOPIC, Severity.OK, "not known to this kernel, or securityfs is not mounted", null);
                    case "none" -> new Finding(TOPIC, Severity.OK, "none", null);
                    default ->
                        new Finding(
                                TOPIC, Severity.PROBLEM, mode + ": " + KernelLockdown.EFFECT, KernelLockdown.REMEDY);
                });
    }
}
