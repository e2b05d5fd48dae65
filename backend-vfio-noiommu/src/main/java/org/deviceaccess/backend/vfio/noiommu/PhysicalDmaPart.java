// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import java.util.EnumSet;
import java.util.Set;
import org.deviceaccess.linux.physical.PhysicalDma;
import org.deviceaccess.linux.vfio.DmaPart;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;

/**
 * The part of a device without an IOMMU that is not VFIO's: physical addresses.
 *
 * @param dma what allocates memory
 */
record PhysicalDmaPart(PhysicalDma dma) implements DmaPart {
    @Override
    public TrustLevel trust() {
        return TrustLevel.UNPROTECTED;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.DMA);
    }

    @Override
    public DmaSupport support() {
        return dma;
    }

    @Override
    public void close() {
        dma.close();
    }
}
