// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.FileUsers;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.physical.Hugepages;
import org.deviceaccess.linux.physical.PhysicalMemoryFindings;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;

/**
 * Looks at what UIO needs: the kernel's drivers, devices bound to them, and their files; for unsafe=true, hugepages.
 *
 * @param libc the C library
 * @param locator finds the devices
 * @param users finds who has a device open
 */
record UioDiagnosis(Supplier<LibC> libc, UioLocator locator, FileUsers users) {
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Sysfs sysfs = locator.bus().sysfs();
        try {
            boolean generic = Files.isDirectory(sysfs.path("bus/pci/drivers/" + UioLocator.GENERIC_DRIVER));
            findings.add(
                    generic
                            ? new Finding("UIO driver", Severity.OK, UioLocator.GENERIC_DRIVER + " is there", null)
                            : new Finding(
                                    "UIO driver",
                                    Severity.PROBLEM,
                                    UioLocator.GENERIC_DRIVER + " is not loaded, so no PCI device can be bound to it",
                                    "modprobe " + UioLocator.GENERIC_DRIVER));
            List<UioDevice> devices = locator.devices();
            if (devices.isEmpty()) {
                findings.add(new Finding(
                        "UIO devices",
                        Severity.WARNING,
                        "no device is bound to a driver of UIO",
                        "As root: echo " + UioLocator.GENERIC_DRIVER
                                + " > /sys/bus/pci/devices/ADDRESS/driver_override; echo ADDRESS >"
                                + " /sys/bus/pci/drivers_probe"));
            }
            devices.forEach(device -> findings.add(look(device)));
            findings.addAll(PhysicalMemoryFindings.of(libc.get(), new Hugepages(sysfs)));
        } catch (DeviceAccessException e) {
            findings.add(new Finding("UIO devices", Severity.PROBLEM, e.detail(), e.remedy()));
        }
        return findings;
    }

    private Finding look(UioDevice device) {
        String topic = device.node();
        try {
            String what = locator.canonical(device);
            UioFiles.open(libc.get(), device, users).close();
            return new Finding(topic, Severity.OK, what + " can be opened", null);
        } catch (DeviceBusyException e) {
            return new Finding(topic, Severity.WARNING, e.detail(), e.remedy());
        } catch (DeviceAccessException e) {
            String path = e.path() == null ? "" : " [" + e.path() + "]";
            return new Finding(topic, Severity.PROBLEM, e.detail() + path, e.remedy());
        }
    }
}
