// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import java.io.IOException;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;

/** Has a device open, in a process of its own, until its input ends. */
final class HoldingProgram {
    private HoldingProgram() {}

    public static void main(String[] arguments) throws IOException {
        try (DeviceAccess device = Devices.open(arguments[0])) {
            System.out.println(device.isOpen() ? "open" : "not open");
            System.in.transferTo(System.out);
        }
        System.out.println("closed");
    }
}
