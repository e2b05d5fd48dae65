// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;

/** Opens a device and allocates memory, in a process that may not do everything; prints what it was refused. */
final class RestrictedProgram {
    private RestrictedProgram() {}

    public static void main(String[] arguments) {
        try (DeviceAccess device = Devices.open(arguments[0])) {
            System.out.println("opened");
            device.dma().allocate(64 * 1024, DmaConstraints.NONE);
            System.out.println("allocated");
            device.dma().allocate(Long.parseLong(arguments[1]), DmaConstraints.NONE);
            System.out.println("allocated all");
        } catch (DeviceAccessException e) {
            System.out.println(e.getMessage());
        }
    }
}
