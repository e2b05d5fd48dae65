// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.linux.vfio.IommuType;
import org.deviceaccess.linux.vfio.VfioAttachment;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.NoIommuException;
import org.deviceaccess.spi.pci.PciAddress;

/**
 * Finds devices in sysfs, and what it takes to open them.
 *
 * @param bus the PCI functions of the system
 */
record VfioLocator(PciBus bus) {
    private static final String DRIVER = "vfio-pci";
    // What the kernel names the group that it makes up for a device without an IOMMU (drivers/vfio/group.c).
    private static final String NO_IOMMU_GROUP = "vfio-noiommu";

    /**
     * A device that can be tried to be opened.
     *
     * @param target what to open
     * @param address its full address
     * @param numaNode where it is attached, or -1
     */
    record Located(VfioAttachment.Target target, DeviceAddress address, int numaNode) {}

    private Sysfs sysfs() {
        return bus.sysfs();
    }

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
        String operation = "open vfio:" + address.locator();
        PciAddress pci = PciAddress.parse(address.locator())
                .orElseThrow(() -> new InvalidAddressException(Failure.during(operation)
                        .because("'" + address.locator() + "' is no PCI address")
                        .remedy("Write the address as lspci -D does: vfio:0000:00:10.0")));
        PciFunction function = bus.function(pci);
        OptionalInt group = function.iommuGroup();
        boolean bound = isBound(function);
        if (group.isEmpty() && (bound || !systemHasIommu())) {
            throw noIommu(operation, function, "the device has no IOMMU group");
        }
        if (group.isPresent() && isMadeUp(group.getAsInt())) {
            throw noIommu(operation, function, "its group exists for the no-IOMMU mode only, which protects nothing");
        }
        if (!bound || group.isEmpty()) {
            throw notBound(operation, function);
        }
        int number = group.getAsInt();
        return new Located(
                new VfioAttachment.Target(
                        pci.toString(), "/dev/vfio/" + number, IommuType.TYPE1V2, () -> bus.groupMembers(number)),
                new DeviceAddress(VfioProvider.NAME, pci.toString(), options.asMap()),
                function.numaNode().orElse(-1));
    }

    /** Returns whether a driver of VFIO holds the function: vfio-pci, or one of a vendor, which all have this entry. */
    private boolean isBound(PciFunction function) {
        Optional<String> driver = function.driver();
        // The directory is there since Linux 6.1.
        return driver.isPresent()
                && (driver.get().equals(DRIVER)
                        || Files.isDirectory(function.directory().resolve("vfio-dev")));
    }

    private boolean systemHasIommu() {
        return !sysfs().names(sysfs().path("class/iommu")).isEmpty();
    }

    private boolean isMadeUp(int group) {
        Path name = sysfs().path("kernel/iommu_groups/" + group + "/name");
        return sysfs().textIfPresent(name).filter(NO_IOMMU_GROUP::equals).isPresent();
    }

    private NoIommuException noIommu(String operation, PciFunction function, String why) {
        return new NoIommuException(Failure.during(operation)
                .because(why)
                .path(function.directory().resolve("iommu_group").toString())
                .remedy("Turn the IOMMU on in the firmware (VT-d, AMD-Vi) and start the kernel with intel_iommu=on or"
                        + " amd_iommu=on; without one only vfio-noiommu can open the device, with unsafe=true"));
    }

    private DeviceAccessException notBound(String operation, PciFunction function) {
        Failure failure = Failure.during(operation).path(function.directory().toString());
        if (!Files.isDirectory(sysfs().path("bus/pci/drivers/" + DRIVER))) {
            return new KernelFeatureMissingException(
                    failure.because("the kernel module vfio-pci is not loaded, or the kernel was built without it"
                                    + " (CONFIG_VFIO_PCI)")
                            .remedy("modprobe vfio-pci"));
        }
        Optional<String> driver = function.driver();
        String device = function.address().toString();
        String unbind = "echo " + device + " > /sys/bus/pci/devices/" + device + "/driver/unbind; ";
        return new DeviceNotBoundException(
                failure.because(driver.map(name -> "the device is bound to the driver " + name)
                                        .orElse("the device is bound to no driver")
                                + ", and must be to " + DRIVER)
                        .remedy("As root: " + (driver.isPresent() ? unbind : "") + "echo " + DRIVER
                                + " > /sys/bus/pci/devices/" + device + "/driver_override; echo " + device
                                + " > /sys/bus/pci/drivers_probe"));
    }

    /** Returns all PCI functions; those that vanish meanwhile are left out. */
    List<DeviceSummary> discover() {
        List<DeviceSummary> found = new ArrayList<>();
        for (PciFunction function : bus.functions()) {
            try {
                found.add(summary(function));
            } catch (DeviceNotFoundException gone) {
                // It vanished between two looks.
            } catch (DeviceAccessException e) {
                found.add(new DeviceSummary(
                        address(function),
                        new DeviceIdentity(function.toString(), null, -1),
                        "cannot be read: " + e.getMessage()));
            }
        }
        return found;
    }

    private static DeviceAddress address(PciFunction function) {
        return new DeviceAddress(VfioProvider.NAME, function.toString(), Map.of());
    }

    private static DeviceSummary summary(PciFunction function) {
        DeviceIdentity identity = new DeviceIdentity(
                function.toString(), function.id(), function.numaNode().orElse(-1));
        Map<String, String> attributes = new LinkedHashMap<>();
        function.driver().ifPresent(driver -> attributes.put(DeviceSummary.KERNEL_DRIVER, driver));
        function.iommuGroup().ifPresent(group -> attributes.put(DeviceSummary.IOMMU_GROUP, Integer.toString(group)));
        return new DeviceSummary(
                address(function),
                identity,
                String.format(
                        "PCI device %s of class %06x",
                        function.id(), function.id().classCode()),
                attributes);
    }
}
