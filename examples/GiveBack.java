// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.spi;

/**
 * Prints a line of random bytes each second, until the system wants the device back (somebody unbinds or unplugs it): then
 * it closes driver and device, so that whoever asked can go on.
 */
void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 1) {
        System.err.println("usage: GiveBack DEVICE");
        System.exit(2);
    }
    run(Devices.open(arguments[0]));
}

void run(DeviceAccess opened) throws InterruptedException {
    try (DeviceAccess device = opened;
            EntropySource source = Drivers.installed().attach(device, EntropySource.class)) {
        while (!wantedBack(device, Duration.ofSeconds(1))) {
            IO.println(HexFormat.of().formatHex(source.bytes(16)));
        }
    }
    IO.println("gave " + opened.address() + " back");
}

/** Waits between two lines, and is told at once when the device is wanted back. */
boolean wantedBack(DeviceAccess device, Duration pause) throws InterruptedException {
    Set<DeviceEvent> release = Set.of(DeviceEvent.RELEASE_REQUESTED);
    if (!device.events().kinds().containsAll(release)) {
        Thread.sleep(pause); // this backend, as uio, is never told
        return false;
    }
    return device.events().await(release, pause).isPresent();
}
