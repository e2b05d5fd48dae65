// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
 * Finds UIO devices in sysfs.
 *
 * @param bus the PCI functions of the system
 */
record UioLocator(PciBus bus) {
    /** The kernel's own driver for PCI devices. */
    static final String GENERIC_DRIVER = "uio_pci_generic";

    private static final Pattern NAME = Pattern.compile("uio(0|[1-9][0-9]{0,8})");
    private static final Comparator<String> BY_NUMBER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private Sysfs sysfs() {
        return bus.sysfs();
    }

    /**
     * Finds a device by its PCI address or its name in UIO.
     *
     * @throws InvalidAddressException if the locator is neither
     * @throws DeviceNotFoundException if there is no such device
     * @throws KernelFeatureMissingException if there is no driver of UIO
     * @throws DeviceNotBoundException if it is not bound to a driver of UIO
     */
    UioDevice locate(DeviceAddress address) {
        String locator = address.locator();
        Optional<PciAddress> pci = PciAddress.parse(locator);
        if (pci.isPresent()) {
            PciFunction function = bus.function(pci.get());
            return names(function).stream()
                    .findFirst()
                    .map(name -> new UioDevice(sysfs(), name, Optional.of(function)))
                    .orElseThrow(() -> notBound(function));
        }
        if (!NAME.matcher(locator).matches()) {
            throw new InvalidAddressException(Failure.during("open uio:" + locator)
                    .because("'" + locator + "' is neither a PCI address nor the name of a UIO device")
                    .remedy("Write uio:0000:00:10.0, as lspci -D does, or uio:uio3, as ls /sys/class/uio does"));
        }
        if (!Files.isDirectory(sysfs().path("class/uio").resolve(locator))) {
            throw notFound(locator);
        }
        return device(locator);
    }

    /** Returns the UIO devices there are, by number. */
    List<UioDevice> devices() {
        return numbered(sysfs().names(sysfs().path("class/uio"))).stream()
                .map(this::device)
                .toList();
    }

    /** Returns the locator under which a device is known: the PCI address, where that names no other one. */
    String canonical(UioDevice device) {
        return device.function()
                .filter(function -> names(function).size() == 1)
                .map(PciFunction::toString)
                .orElse(device.name());
    }

    private UioDevice device(String name) {
        Optional<PciFunction> function = sysfs().linkName(
                        sysfs().path("class/uio").resolve(name).resolve("device"))
                .flatMap(PciAddress::parse)
                .map(bus::function);
        return new UioDevice(sysfs(), name, function);
    }

    private List<String> names(PciFunction function) {
        return numbered(sysfs().names(function.directory().resolve("uio")));
    }

    private static List<String> numbered(List<String> names) {
        return names.stream()
                .filter(name -> NAME.matcher(name).matches())
                .sorted(BY_NUMBER)
                .toList();
    }

    private DeviceAccessException notFound(String name) {
        Failure failure = Failure.during("open uio:" + name)
                .path(sysfs().path("class/uio").resolve(name).toString());
        if (!Files.isDirectory(sysfs().path("class/uio"))) {
            return new KernelFeatureMissingException(failure.because(
                            "the kernel module uio is not loaded, or the kernel was built without it" + " (CONFIG_UIO)")
                    .remedy("Load the module of the device's driver, such as: "
                            + RootCommands.forThisUser("modprobe " + GENERIC_DRIVER)));
        }
        List<String> others = devices().stream().map(UioDevice::name).toList();
        return new DeviceNotFoundException(failure.because(
                        others.isEmpty()
                                ? "no device is bound to a driver of UIO"
                                : "the UIO devices are " + String.join(", ", others))
                .remedy("List the devices there are: deviceaccess list"));
    }

    private DeviceAccessException notBound(PciFunction function) {
        Failure failure =
                Failure.during("open uio:" + function).path(function.directory().toString());
        if (!Files.isDirectory(sysfs().path("bus/pci/drivers/" + GENERIC_DRIVER))) {
            return new KernelFeatureMissingException(failure.because("the kernel module " + GENERIC_DRIVER
                            + " is not loaded, or the kernel was built without it (CONFIG_UIO_PCI_GENERIC)")
                    .remedy(RootCommands.forThisUser("modprobe " + GENERIC_DRIVER)));
        }
        Optional<String> driver = function.driver();
        String bound = driver.map(name -> "the device is bound to the driver " + name)
                        .orElse("the device is bound to no driver")
                + ", and must be to one of UIO, such as " + GENERIC_DRIVER;
        String device = function.toString();
        String bind =
                "As root: " + RootCommands.forThisUser(PciBinding.commands(device, GENERIC_DRIVER, driver.isPresent()));
        String without = withoutLine(function);
        return new DeviceNotBoundException(
                without.isEmpty()
                        ? failure.because(bound).remedy(bind)
                        : failure.because(bound + ". " + without + ", which some kernels' " + GENERIC_DRIVER
                                        + " refuses to be bound to and of which the others serve no interrupt")
                                .remedy(bind + "; where that answers \"No such device\", bind it to vfio-pci and open"
                                        + " vfio:" + device + ", or vfio-noiommu:" + device));
    }

    /** Returns why the device has no interrupt line, or nothing if it may have one. */
    private String withoutLine(PciFunction function) {
        if (Files.exists(function.directory().resolve("physfn"))) {
            return "It is a virtual function, and these have no interrupt line";
        }
        // As the kernel routes it; 0 is none.
        boolean none = sysfs().decimalIfPresent(function.directory().resolve("irq"))
                .filter(irq -> irq == 0)
                .isPresent();
        return none ? "It has no interrupt line" : "";
    }

    /** Returns all UIO devices; those that vanish meanwhile are left out. */
    List<DeviceSummary> discover() {
        List<DeviceSummary> found = new ArrayList<>();
        for (String name : numbered(sysfs().names(sysfs().path("class/uio")))) {
            try {
                found.add(summary(device(name)));
            } catch (DeviceNotFoundException gone) {
                // It vanished between two looks.
            } catch (DeviceAccessException e) {
                found.add(new DeviceSummary(
                        new DeviceAddress(UioProvider.NAME, name, Map.of()),
                        new DeviceIdentity(name, null, -1),
                        "cannot be read: " + e.getMessage()));
            }
        }
        return found;
    }

    private DeviceSummary summary(UioDevice device) {
        DeviceIdentity identity = device.identity();
        String kind = identity.pci() == null
                ? "UIO device"
                : String.format(
                        Locale.ROOT,
                        "PCI device %s of class %06x",
                        identity.pci(),
                        identity.pci().classCode());
        Map<String, String> attributes = new LinkedHashMap<>();
        device.driver().ifPresent(driver -> attributes.put(DeviceSummary.KERNEL_DRIVER, driver));
        device.function()
                .map(PciFunction::iommuGroup)
                .filter(group -> group.isPresent())
                .ifPresent(group -> attributes.put(DeviceSummary.IOMMU_GROUP, Integer.toString(group.getAsInt())));
        attributes.put("uio", device.name());
        return new DeviceSummary(
                new DeviceAddress(UioProvider.NAME, canonical(device), Map.of()),
                identity,
                kind + " (" + sysfs().text(device.directory().resolve("name")) + ")",
                attributes);
    }
}
