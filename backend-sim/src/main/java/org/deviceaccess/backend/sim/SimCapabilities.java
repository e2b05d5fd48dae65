// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.EnumSet;
import java.util.Set;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.Capability;

/** What a simulated device can do, from what its function has. */
final class SimCapabilities {
    private SimCapabilities() {}

    static Set<Capability> of(PciFunction function) {
        Set<Capability> all = EnumSet.of(
                Capability.CONFIG_SPACE,
                Capability.DMA,
                Capability.DMA_MAP,
                Capability.RESET,
                Capability.RELEASE_REQUEST,
                Capability.ERROR_EVENT);
        if (function.intx()) {
            all.add(Capability.INTX);
        }
        if (function.msiVectors() > 0) {
            all.add(Capability.MSI);
        }
        if (function.msixVectors() > 0) {
            all.add(Capability.MSIX);
        }
        return Set.copyOf(all);
    }
}
