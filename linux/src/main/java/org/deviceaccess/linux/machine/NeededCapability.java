// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import java.util.OptionalLong;
import org.deviceaccess.linux.libc.Capability;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;

/**
 * A capability that this process should have.
 *
 * @param capability which
 * @param absence how bad it is not to have it
 * @param purpose what it is for: "to open devices without an IOMMU"
 */
public record NeededCapability(Capability capability, Severity absence, String purpose) implements Examination {
    @Override
    public List<Finding> look(Machine machine) {
        OptionalLong capabilities = machine.process().capabilities();
        if (capabilities.isPresent() && capability.isIn(capabilities.getAsLong())) {
            return List.of(new Finding(capability.name(), Severity.OK, "this process has it", null));
        }
        return List.of(new Finding(
                capability.name(),
                absence,
                (capabilities.isPresent() ? "this process lacks it" : "not known whether this process has it")
                        + ", and needs it " + purpose,
                "Run as root, or start the program so, as root: "
                        + RootCommands.forThisUser(
                                capability.grant(machine.process().user().orElse("USER")) + " PROGRAM")));
    }
}
