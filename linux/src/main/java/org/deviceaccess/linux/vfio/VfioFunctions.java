// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.PciBinding;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.pci.PciAddress;

/**
 * The PCI functions of the system as backends on VFIO see them: which are bound, and which group each is in.
 *
 * @param bus where they are
 * @param backend the name of the backend, for addresses
 */
public record VfioFunctions(PciBus bus, String backend) {
    static final String DRIVER = "vfio-pci";
    // What the kernel names the group that it makes up for a device without an IOMMU (drivers/vfio/group.c).
    private static final String NO_IOMMU_GROUP = "vfio-noiommu";

    /**
     * Finds a function.
     *
     * @param address its address; the locator is to be a PCI address
     * @throws InvalidAddressException if the locator is no PCI address
     * @throws DeviceNotFoundException if there is no such function
     */
    public PciFunction find(DeviceAddress address) {
        PciAddress pci = PciAddress.parse(address.locator())
                .orElseThrow(() -> new InvalidAddressException(Failure.during(opening(address))
                        .because("'" + address.locator() + "' is no PCI address")
                        .remedy("Write the address as lspci -D does: " + backend + ":0000:00:10.0")));
        return bus.function(pci);
    }

    /** Returns what is done when a device is opened, for errors. */
    public String opening(DeviceAddress address) {
        return "open " + backend + ":" + address.locator();
    }

    /** Returns whether a driver of VFIO holds the function: vfio-pci, or one of a vendor, which all have this entry. */
    public boolean isBound(PciFunction function) {
        Optional<String> driver = function.driver();
        // The directory is there since Linux 6.1.
        return driver.isPresent()
                && (driver.get().equals(DRIVER)
                        || Files.isDirectory(function.directory().resolve("vfio-dev")));
    }

    /** Returns whether the kernel uses any IOMMU. */
    public boolean systemHasIommu() {
        return !sysfs().names(sysfs().path("class/iommu")).isEmpty();
    }

    /** Returns the function's group if an IOMMU made it. */
    public OptionalInt realGroup(PciFunction function) {
        OptionalInt group = function.iommuGroup();
        return group.isPresent() && isMadeUp(group.getAsInt()) ? OptionalInt.empty() : group;
    }

    /** Returns the function's group if the kernel made it up for the no-IOMMU mode. */
    public OptionalInt madeUpGroup(PciFunction function) {
        OptionalInt group = function.iommuGroup();
        return group.isPresent() && isMadeUp(group.getAsInt()) ? group : OptionalInt.empty();
    }

    private boolean isMadeUp(int group) {
        Path name = sysfs().path("kernel/iommu_groups/" + group + "/name");
        return sysfs().textIfPresent(name).filter(NO_IOMMU_GROUP::equals).isPresent();
    }

    private Sysfs sysfs() {
        return bus.sysfs();
    }

    /** Returns whether there is a driver to bind functions to. */
    public boolean hasDriver() {
        return Files.isDirectory(sysfs().path("bus/pci/drivers/" + DRIVER));
    }

    /** Returns the commands that bind a function to vfio-pci, away from any other driver. */
    public static String bindCommands(PciFunction function) {
        return PciBinding.commands(
                function.address().toString(), DRIVER, function.driver().isPresent());
    }

    /** Returns the error of a function that is not bound; it says how to bind it. */
    public DeviceAccessException notBound(String operation, PciFunction function) {
        Failure failure = Failure.during(operation).path(function.directory().toString());
        if (!hasDriver()) {
            return new KernelFeatureMissingException(
                    failure.because("the kernel module vfio-pci is not loaded, or the kernel was built without it"
                                    + " (CONFIG_VFIO_PCI)")
                            .remedy(RootCommands.forThisUser("modprobe vfio-pci")));
        }
        return new DeviceNotBoundException(failure.because(function.driver()
                                .map(name -> "the device is bound to the driver " + name)
                                .orElse("the device is bound to no driver")
                        + ", and must be to " + DRIVER)
                .remedy("As root: " + RootCommands.forThisUser(bindCommands(function))));
    }

    /** Returns all PCI functions; those that vanish meanwhile are left out. */
    public List<DeviceSummary> discover() {
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

    private DeviceAddress address(PciFunction function) {
        return new DeviceAddress(backend, function.toString(), Map.of());
    }

    private DeviceSummary summary(PciFunction function) {
        DeviceIdentity identity = new DeviceIdentity(
                function.toString(), function.id(), function.numaNode().orElse(-1));
        Map<String, String> attributes = new LinkedHashMap<>();
        function.driver().ifPresent(driver -> attributes.put(DeviceSummary.KERNEL_DRIVER, driver));
        function.iommuGroup().ifPresent(group -> attributes.put(DeviceSummary.IOMMU_GROUP, Integer.toString(group)));
        return new DeviceSummary(
                address(function),
                identity,
                String.format(
                        Locale.ROOT,
                        "PCI device %s of class %06x",
                        function.id(),
                        function.id().classCode()),
                attributes);
    }
}
