// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a virtio network card does that others do not (virtio 1.2, 5.1). */
@Timeout(60)
class NetworkModelTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static int receive(VirtioTestPort port) {
        int number;
        do {
            number = port.receive();
            Thread.onSpinWait();
        } while (number < 0);
        return number;
    }

    @Test
    void aChangeOfTheLinkIsAChangeOfTheConfiguration() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:virtio-net?latency=0");
                Interrupts messages = device.interrupts().enable(InterruptKind.MSIX, 4)) {
            VirtioTestPort port = new VirtioTestPort(device);
            port.start();
            port.driver().bar.write16(TestDriver.CONFIG_VECTOR, 3);
            int generation = port.driver().bar.read8(TestDriver.GENERATION);
            device.unwrap(VirtioFaults.class).orElseThrow().unplug(true);
            assertEquals(1, messages.vector(3).await(LONG));
            assertNotEquals(generation, port.driver().bar.read8(TestDriver.GENERATION));
        }
    }

    @Test
    void aPacketThatIsTooLongForItsBufferIsLostAndTheBufferIsNot() {
        try (DeviceAccess device = Devices.open("sim:virtio-net?latency=0")) {
            VirtioTestPort port = new VirtioTestPort(device, 12 + 100);
            port.start();
            for (int i = 0; i < 2 * VirtioTestPort.DEPTH; i++) {
                port.send(1, 101);
                port.send(2, 100);
                assertEquals(2, receive(port));
            }
        }
    }

    @Test
    void aQueueHasTheVectorThatItWasGiven() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:virtio-net?latency=0");
                Interrupts messages = device.interrupts().enable(InterruptKind.MSIX, 4)) {
            VirtioTestPort port = new VirtioTestPort(device, 2048, 2, 1);
            port.start();
            port.send(1, 60);
            assertEquals(1, receive(port));
            assertEquals(1, messages.vector(1).await(LONG), "sent");
            assertEquals(1, messages.vector(2).await(LONG), "received");
        }
    }
}
