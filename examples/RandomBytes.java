// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.spi;

/**
 * Prints random bytes of a device in hexadecimal.
 *
 * <p>It works with any entropy source over any backend: it asks for what it needs and names neither driver nor backend.
 */
void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 2 || !arguments[1].matches("[0-9]{1,6}")) {
        System.err.println("usage: RandomBytes DEVICE COUNT");
        System.exit(2);
    }
    try (DeviceAccess device = Devices.open(arguments[0]);
            EntropySource source = Drivers.installed().attach(device, EntropySource.class)) {
        IO.println(HexFormat.of().formatHex(source.bytes(Integer.parseInt(arguments[1]))));
    }
}
