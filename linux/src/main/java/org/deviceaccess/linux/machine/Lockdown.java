// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceNotFoundException;

/**
 * Whether the kernel is locked down (kernel_lockdown(7)), as it is under Secure Boot in many distributions. It then
 * refuses root, too, to write configuration spaces, map resources of PCI devices and use I/O ports through files.
 */
public record Lockdown() implements Examination {
    private static final String TOPIC = "lockdown";
    private static final Pattern CHOSEN = Pattern.compile("\\[([a-z]+)]");

    @Override
    public List<Finding> look(Machine machine) {
        Optional<String> text;
        try {
            text = machine.sysfs().textIfPresent(machine.sysfs().path("kernel/security/lockdown"));
        } catch (DeviceNotFoundException noSecurityfs) {
            text = Optional.empty();
        }
        String mode = text.map(CHOSEN::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .orElse("");
        return List.of(
                switch (mode) {
                    case "" ->
                        new Finding(TOPIC, Severity.OK, "not known to this kernel, or securityfs is not mounted", null);
                    case "none" -> new Finding(TOPIC, Severity.OK, "none", null);
                    default ->
                        new Finding(
                                TOPIC,
                                Severity.PROBLEM,
                                mode
                                        + ": the kernel refuses to write configuration spaces, to map resources of PCI devices"
                                        + " and to use I/O ports through files",
                                "Use the backend vfio, which does without; or turn Secure Boot off in the firmware and remove"
                                        + " lockdown= from the kernel's command line");
                });
    }
}
