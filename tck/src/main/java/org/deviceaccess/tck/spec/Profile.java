// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.util.Set;
import org.deviceaccess.spi.Capability;

/** A part of the SPI that a device has as a whole or not at all. */
public enum Profile {
    /** What every device has. */
    CORE,
    /** PCI configuration space. */
    CONFIG,
    /** Interrupts of any kind. */
    INTERRUPTS,
    /** DMA. */
    DMA,
    /** DMA whose addresses an IOMMU checks. */
    IOMMU,
    /** Reset. */
    RESET,
    /** Events of the device beside its interrupts. */
    EVENTS;

    /** Returns the capabilities of which a device of this profile claims at least one; empty for a profile of all. */
    public Set<Capability> anyOf() {
        return switch (this) {
            case CORE -> Set.of();
            case CONFIG -> Set.of(Capability.CONFIG_SPACE);
            case INTERRUPTS -> Set.of(Capability.INTX, Capability.MSI, Capability.MSIX, Capability.UIO_INTERRUPT);
            case DMA, IOMMU -> Set.of(Capability.DMA);
            case RESET -> Set.of(Capability.RESET);
            case EVENTS -> Set.of(Capability.RELEASE_REQUEST, Capability.ERROR_EVENT);
        };
    }
}
