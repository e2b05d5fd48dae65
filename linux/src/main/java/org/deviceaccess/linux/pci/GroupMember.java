// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.util.Optional;
import org.deviceaccess.spi.pci.PciAddress;

/**
 * A member of an IOMMU group.
 *
 * @param name its name on its bus
 * @param address where it is, for a PCI function
 * @param driver the kernel driver it is bound to, or nothing
 */
public record GroupMember(String name, Optional<PciAddress> address, Optional<String> driver) {
    /** Returns both in short: {@code 0000:00:15.1 (e1000e)}. */
    @Override
    public String toString() {
        return name + " (" + driver.orElse("no driver") + ")";
    }
}
