// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.vfio.IommuType;
import org.deviceaccess.linux.vfio.VfioFunctions;
import org.deviceaccess.linux.vfio.VfioTarget;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.IommuPresentException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;

/**
 * Finds devices in sysfs, and what it takes to open them without an IOMMU.
 *
 * @param functions the PCI functions of the system
 */
record NoIommuLocator(VfioFunctions functions) {
    /**
     * A device that can be tried to be opened.
     *
     * @param target what to open
     * @param address its full address
     */
    record Located(VfioTarget target, DeviceAddress address) {}

    /**
     * Finds a device.
     *
     * @throws InvalidAddressException if the locator is no PCI address
     * @throws DeviceNotFoundException if there is no such device
     * @throws IommuPresentException if it is behind an IOMMU
     * @throws UnsafeNotAllowedException if {@code unsafe=true} was not said
     * @throws KernelFeatureMissingException if the kernel's no-IOMMU mode is off, or vfio-pci is missing
     * @throws DeviceNotBoundException if it is not bound to a driver of VFIO
     */
    Located locate(DeviceAddress address, Options options) {
        PciFunction function = functions.find(address);
        String operation = functions.opening(address);
        if (functions.realGroup(function).isPresent()) {
            throw behindIommu(operation, function);
        }
        if (!options.get(Devices.UNSAFE)) {
            throw new UnsafeNotAllowedException(Failure.during(operation)
                    .because("without an IOMMU the device, and so its driver, can read and write all memory of the"
                            + " machine")
                    .remedy("Say so if the device and its driver are trusted: " + NoIommuProvider.NAME + ":" + function
                            + "?unsafe=true"));
        }
        OptionalInt group = functions.madeUpGroup(function);
        if (group.isEmpty() || !functions.isBound(function)) {
            throw notReady(operation, function);
        }
        return new Located(
                new VfioTarget(functions.bus(), function, group.getAsInt(), IommuType.NOIOMMU),
                new DeviceAddress(NoIommuProvider.NAME, function.toString(), options.asMap()));
    }

    private static IommuPresentException behindIommu(String operation, PciFunction function) {
        return new IommuPresentException(Failure.during(operation)
                .because("the device is in an IOMMU group, so the kernel does not give it away unprotected")
                .path(function.directory().resolve("iommu_group").toString())
                .remedy("Open it as vfio:" + function));
    }

    /** The mode comes first: a device that is bound while it is off gets no group, and has to be bound again. */
    private RuntimeException notReady(String operation, PciFunction function) {
        NoIommuMode mode = NoIommuMode.of(functions.bus().sysfs());
        Failure failure = Failure.during(operation).path("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
        String bind = functions.hasDriver() ? "; " + VfioFunctions.bindCommands(function) : "; modprobe vfio-pci";
        return switch (mode) {
            case ON ->
                functions.isBound(function)
                        ? new DeviceNotBoundException(Failure.during(operation)
                                .because("the device was bound to its driver before the no-IOMMU mode of VFIO was"
                                        + " switched on, and has no group")
                                .path(function.directory().toString())
                                .remedy("As root: " + RootCommands.forThisUser(VfioFunctions.bindCommands(function))))
                        : functions.notBound(operation, function);
            case OFF ->
                new KernelFeatureMissingException(failure.because(mode.description())
                        .remedy("As root: " + RootCommands.forThisUser(mode.command() + bind)));
            case NOT_LOADED ->
                new KernelFeatureMissingException(failure.because(mode.description())
                        .remedy("As root: " + RootCommands.forThisUser(Objects.requireNonNull(mode.command()))));
            case NOT_BUILT ->
                new KernelFeatureMissingException(failure.because(mode.description())
                        .remedy("Use a kernel with CONFIG_VFIO_NOIOMMU; or uio:" + function + ", without messages"));
        };
    }

    /** Returns all PCI functions; those that vanish meanwhile are left out. */
    List<DeviceSummary> discover() {
        return functions.discover();
    }
}
