// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * What UIO has by itself: no way to memory. Bus mastering is off, and nobody can switch it on.
 *
 * @param device the device, for errors
 * @param why why it has none, for errors
 * @param remedy what to do about it, for errors
 * @param refusal makes the error for those who would let the device reach memory
 */
record NoDma(UioDevice device, String why, String remedy, Function<Failure, ? extends DeviceAccessException> refusal)
        implements DmaPart {
    /**
     * Returns why a device is to be without DMA; nothing if it may have it, and the addresses would be right.
     *
     * @throws UnsafeNotAllowedException if nothing can keep the device from memory, and nobody has allowed that
     */
    static Optional<NoDma> of(UioDevice device, Options options) {
        if (!options.get(Devices.UNSAFE)) {
            return Optional.of(notAllowed(device));
        }
        OptionalInt group = device.translatingGroup();
        return group.isPresent() ? Optional.of(translated(device, group.getAsInt())) : Optional.empty();
    }

    /** Says what UIO lacks, to somebody who has not allowed unprotected DMA. */
    private static NoDma notAllowed(UioDevice device) {
        String unsafe = "open uio:" + device.busName()
                + "?unsafe=true if the device and its driver are trusted with all memory";
        return device.function()
                .map(function -> new NoDma(
                        device,
                        "UIO has no IOMMU check what the device does with memory, and unsafe=true was not said",
                        "Bind the device to vfio-pci and open vfio:" + function
                                + ", which does DMA behind an IOMMU; or " + unsafe,
                        UnsafeNotAllowedException::new))
                .orElseThrow(() -> new UnsafeNotAllowedException(Failure.during("open uio:" + device.busName())
                        .because("only a PCI device has a switch that keeps it from memory, this one has none, and"
                                + " unsafe=true was not said")
                        .path(device.node())
                        .remedy("No backend protects memory from a device that is not PCI; " + unsafe)));
    }

    /** Says that physical addresses would reach nothing, as the IOMMU translates what the device puts on the bus. */
    private static NoDma translated(UioDevice device, int group) {
        return new NoDma(
                device,
                "the IOMMU translates the addresses of IOMMU group " + group
                        + ", which the device is in, and UIO cannot map memory there",
                "Bind the device to vfio-pci and open vfio:" + device.busName() + ", which does DMA behind the IOMMU",
                UnsupportedCapabilityException::new);
    }

    /**
     * Keeps the device from the bus for as long as it is open.
     *
     * @throws UnsafeNotAllowedException if the device has its bus mastering on whatever is written
     */
    NoDma enforce(CommandRegister command) {
        if (!command.forbidBusMastering(this::refused)) {
            throw new UnsafeNotAllowedException(Failure.during("switch off bus mastering of uio:" + device.busName())
                    .because("the device keeps it on, so that nothing keeps it from memory; " + why)
                    .path(device.node())
                    .remedy(remedy));
        }
        return this;
    }

    private DeviceAccessException refused() {
        return refusal.apply(Failure.during("switch on bus mastering of uio:" + device.busName())
                .because("it lets the device reach memory; " + why)
                .path(device.node())
                .remedy(remedy));
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
