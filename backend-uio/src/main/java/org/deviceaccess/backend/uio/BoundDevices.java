// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.List;
import org.deviceaccess.linux.libc.FileUsers;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.machine.Examination;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.pci.PciBinding;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;

/**
 * Which devices are bound to a driver of UIO, and whether this process could open them: it tries.
 *
 * @param locator finds the devices
 * @param users finds who has a device open
 */
record BoundDevices(UioLocator locator, FileUsers users) implements Examination {
    @Override
    public List<Finding> look(Machine machine) {
        List<UioDevice> devices = locator.devices();
        if (devices.isEmpty()) {
            return List.of(new Finding(
                    "UIO devices",
                    Severity.WARNING,
                    "no device is bound to a driver of UIO",
                    "As root, with the address of the device for BDF: "
                            + RootCommands.forThisUser(PciBinding.commands("BDF", UioLocator.GENERIC_DRIVER, true))));
        }
        return devices.stream().map(device -> look(machine, device)).toList();
    }

    private Finding look(Machine machine, UioDevice device) {
        String topic = device.node();
        try {
            String what = locator.canonical(device);
            UioFiles.open(machine.libc().get(), device, users).close();
            return new Finding(topic, Severity.OK, what + " can be opened", null);
        } catch (DeviceBusyException e) {
            return new Finding(topic, Severity.WARNING, e.detail(), e.remedy());
        } catch (DeviceAccessException e) {
            String path = e.path() == null ? "" : " [" + e.path() + "]";
            return new Finding(topic, Severity.PROBLEM, e.detail() + path, e.remedy());
        }
    }
}
