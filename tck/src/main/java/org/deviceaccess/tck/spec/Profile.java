// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.entropy.EntropySource;
import org.deviceaccess.spi.network.NetworkPort;

/** A part of the SPI that a device or a driver has as a whole or not at all. */
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
    EVENTS,
    /** What every driver has. */
    DRIVER,
    /** Drivers of block devices. */
    BLOCK,
    /** Drivers of network ports. */
    NETWORK,
    /** Drivers of entropy sources. */
    ENTROPY;

    /** Returns the type of the drivers that have the profile; nothing for the profiles of backends. */
    public Optional<Class<? extends Driver>> driverType() {
        return switch (this) {
            case CORE, CONFIG, INTERRUPTS, DMA, IOMMU, RESET, EVENTS -> Optional.empty();
            case DRIVER -> Optional.of(Driver.class);
            case BLOCK -> Optional.of(BlockDevice.class);
            case NETWORK -> Optional.of(NetworkPort.class);
            case ENTROPY -> Optional.of(EntropySource.class);
        };
    }

    /** Returns the capabilities of which a device of this profile claims at least one; empty for a profile of all. */
    public Set<Capability> anyOf() {
        return switch (this) {
            case CORE, DRIVER, BLOCK, NETWORK, ENTROPY -> Set.of();
            case CONFIG -> Set.of(Capability.CONFIG_SPACE);
            case INTERRUPTS -> Set.of(Capability.INTX, Capability.MSI, Capability.MSIX, Capability.UIO_INTERRUPT);
            case DMA, IOMMU -> Set.of(Capability.DMA);
            case RESET -> Set.of(Capability.RESET);
            case EVENTS -> Set.of(Capability.RELEASE_REQUEST, Capability.ERROR_EVENT);
        };
    }
}
