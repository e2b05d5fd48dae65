// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.Devices;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("vfio")
class EventsGuestTest {
    private static final String DEVICE = "0000:00:11.0";

    @Test
    void theOwnerIsToldThatTheDeviceIsWantedBack() throws IOException, InterruptedException {
        Process removing;
        try (DeviceAccess device = Devices.open(Addresses.NARROW)) {
            assertEquals(Set.of(DeviceEvent.RELEASE_REQUESTED), device.events().kinds());
            assertEquals(Optional.empty(), device.events().await(Duration.ZERO));
            removing = new ProcessBuilder("bash", "-c", "echo 1 > /sys/bus/pci/devices/" + DEVICE + "/remove").start();
            assertEquals(
                    Optional.of(DeviceEvent.RELEASE_REQUESTED), device.events().await(Duration.ofSeconds(60)));
            assertTrue(removing.isAlive(), "the kernel waits for the owner");
        }
        assertEquals(0, removing.waitFor());
        Guest.sh("echo 1 > /sys/bus/pci/rescan");
        Guest.bind(DEVICE, "vfio-pci");
        Devices.open(Addresses.NARROW).close();
    }

    @Test
    void anExpressDeviceReportsErrorsToo() {
        try (DeviceAccess nvme = Devices.open("vfio:0000:00:12.0")) {
            assertEquals(
                    Set.of(DeviceEvent.RELEASE_REQUESTED, DeviceEvent.ERROR),
                    nvme.events().kinds());
        }
    }
}
