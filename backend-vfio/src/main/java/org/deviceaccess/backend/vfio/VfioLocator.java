// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.util.List;
import java.util.OptionalInt;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.vfio.IommuType;
import org.deviceaccess.linux.vfio.VfioFunctions;
import org.deviceaccess.linux.vfio.VfioTarget;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.NoIommuException;

/**
 * Finds devices in sysfs, and what it takes to open them.
 *
 * @param functions the PCI functions of the system
 */
record VfioLocator(VfioFunctions functions) {
    /** Makes the locator of a bus. */
    VfioLocator(PciBus bus) {
        this(new VfioFunctions(bus, VfioProvider.NAME));
    }

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
     * @throws NoIommuException if it is behind no IOMMU
     * @throws KernelFeatureMissingException if there is no driver to bind it to
     * @throws DeviceNotBoundException if it is not bound to a driver of VFIO
     */
    Located locate(DeviceAddress address, Options options) {
        PciFunction function = functions.find(address);
        String operation = functions.opening(address);
        OptionalInt group = functions.realGroup(function);
        boolean bound = functions.isBound(function);
        if (functions.madeUpGroup(function).isPresent()) {
            throw noIommu(operation, function, "its group exists for the no-IOMMU mode only, which protects nothing");
        }
        if (group.isEmpty() && (bound || !functions.systemHasIommu())) {
            throw functions.systemHasIommu()
                    ? notBehindTheIommu(operation, function)
                    : noIommu(operation, function, "the device has no IOMMU group");
        }
        if (!bound || group.isEmpty()) {
            throw functions.notBound(operation, function);
        }
        return new Located(
                new VfioTarget(functions.bus(), function, group.getAsInt(), IommuType.TYPE1V2),
                new DeviceAddress(VfioProvider.NAME, function.toString(), options.asMap()));
    }

    private static NoIommuException notBehindTheIommu(String operation, PciFunction function) {
        return new NoIommuException(Failure.during(operation)
                .because("the kernel uses an IOMMU, but the device is in no group of it: the firmware does not list the"
                        + " device as one behind it, or the kernel left it out")
                .path(function.directory().resolve("iommu_group").toString())
                .remedy("The kernel's log tells which, as root: dmesg | grep -i -e DMAR -e AMD-Vi -e iommu; only"
                        + " vfio-noiommu can open the device as it is, with unsafe=true"));
    }

    private static NoIommuException noIommu(String operation, PciFunction function, String why) {
        return new NoIommuException(Failure.during(operation)
                .because(why)
                .path(function.directory().resolve("iommu_group").toString())
                .remedy("Turn the IOMMU on in the firmware (VT-d, AMD-Vi) and start the kernel with intel_iommu=on or"
                        + " amd_iommu=on; without one only vfio-noiommu can open the device, with unsafe=true"));
    }

    /** Returns all PCI functions; those that vanish meanwhile are left out. */
    List<DeviceSummary> discover() {
        return functions.discover();
    }
}
