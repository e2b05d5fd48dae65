// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.thirdparty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.drivers.virtio.VirtioTransport;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is exported of virtio suffices for a driver of another type of device, written outside. */
@Timeout(60)
class RandomDeviceTest {
    private static final int ENTROPY = 4;

    @Test
    void aDriverOfAnotherVirtioDeviceNeedsNothingThatIsNotExported() throws InterruptedException {
        for (String address : List.of("sim:virtio-rng", "sim:virtio-rng?interrupts=line")) {
            try (DeviceAccess device = Devices.open(address)) {
                assertTrue(VirtioTransport.matches(device.identity(), ENTROPY));
                assertFalse(VirtioTransport.matches(device.identity(), ENTROPY + 1));
                try (RandomDevice random = new RandomDevice(device, Duration.ofSeconds(20))) {
                    byte[] first = random.bytes(64);
                    assertEquals(64, first.length);
                    assertFalse(Arrays.equals(first, random.bytes(64)));
                    device.reset();
                    random.renew();
                    assertEquals(256, random.bytes(256).length);
                }
                Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
                assertEquals(0, simulation.mappings());
                assertEquals(List.of(), simulation.dmaFaults());
                assertEquals(List.of(), simulation.deviceFaults());
            }
        }
    }
}
