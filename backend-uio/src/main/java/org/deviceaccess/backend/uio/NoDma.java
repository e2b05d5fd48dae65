// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.Set;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * What UIO has by itself: no way to memory. Bus mastering stays off.
 *
 * @param device the device, for errors
 */
record NoDma(UioDevice device) implements DmaPart {
    @Override
    public TrustLevel trust() {
        return TrustLevel.NO_DMA;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public DmaSupport support() {
        String locator = device.busName();
        throw new UnsupportedCapabilityException(Failure.during("use DMA of uio:" + locator)
                .because("UIO gives a device no memory: no IOMMU would check what the device does")
                .path(device.node())
                .remedy(
                        device.function().isPresent()
                                ? "Bind the device to vfio-pci and open vfio:" + locator
                                        + ", which does DMA behind an IOMMU"
                                : "Use the backend vfio with a PCI device; no backend does DMA for this one"));
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
