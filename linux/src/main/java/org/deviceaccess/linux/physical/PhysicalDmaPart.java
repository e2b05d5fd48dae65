// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.util.EnumSet;
import java.util.Set;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;

/**
 * The way to memory of a device that nothing protects memory from: physical addresses.
 *
 * @param dma what allocates memory
 */
public record PhysicalDmaPart(PhysicalDma dma) implements DmaPart {
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
