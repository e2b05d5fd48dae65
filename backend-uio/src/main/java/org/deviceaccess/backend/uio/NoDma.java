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
 * @param why why it has none, for errors
 * @param remedy what to do about it, for errors
 */
record NoDma(UioDevice device, String why, String remedy) implements DmaPart {
    /** Says what UIO lacks, to somebody who has not allowed unprotected DMA. */
    static NoDma notAllowed(UioDevice device) {
        String unsafe = "open uio:" + device.busName()
                + "?unsafe=true if the device and its driver are trusted with all" + " memory";
        return new NoDma(
                device,
                "UIO has no IOMMU check what the device does with memory, and unsafe=true was not said",
                device.function()
                        .map(function -> "Bind the device to vfio-pci and open vfio:" + function
                                + ", which does DMA behind an IOMMU; or " + unsafe)
                        .orElse("No backend protects memory from a device that is not PCI; " + unsafe));
    }

    /** Says that physical addresses would reach nothing, as the IOMMU translates what the device puts on the bus. */
    static NoDma translated(UioDevice device, int group) {
        return new NoDma(
                device,
                "the IOMMU translates the addresses of IOMMU group " + group
                        + ", which the device is in, and UIO cannot" + " map memory there",
                "Bind the device to vfio-pci and open vfio:" + device.busName() + ", which does DMA behind the IOMMU");
    }

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
        throw new UnsupportedCapabilityException(Failure.during("use DMA of uio:" + device.busName())
                .because(why)
                .path(device.node())
                .remedy(remedy));
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
