// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cables that are pulled and a peer that is taken out of its slot, while packets are on their way. */
@Timeout(120)
@Tag("guest")
@Tag("vfio")
class E1000ePeerGoneGuestTest {
    private static final String LEFT = "vfio:0000:00:13.0";
    private static final String RIGHT = "vfio:0000:00:14.0";
    private static final GuestFunction RIGHT_FUNCTION = new GuestFunction("0000:00:14.0");
    private static final E1000eDriverProvider PATIENT = new E1000eDriverProvider().withTimeout(Duration.ofSeconds(30));
    private static final int MORE_THAN_A_RING = 600;

    private DeviceAccess leftDevice;
    private DeviceAccess rightDevice;

    @BeforeEach
    void open() {
        leftDevice = Devices.open(LEFT);
        rightDevice = Devices.open(RIGHT);
    }

    @AfterEach
    void close() {
        leftDevice.close();
        rightDevice.close();
    }

    private static void awaitLink(NetworkPort port, boolean up) throws InterruptedException {
        long deadline = System.nanoTime() + Flows.LONG.toNanos();
        while (port.link().up() != up) {
            assertTrue(System.nanoTime() < deadline, "the link of " + port.mac() + " is not " + (up ? "up" : "down"));
            Thread.sleep(10);
        }
    }

    /** Sends into the void for a while; whatever becomes of the packets, their buffers come back. */
    private static void sendOn(NetworkPort port) {
        long deadline = System.nanoTime() + Flows.LONG.toNanos();
        PacketBatch batch = port.pool().batch(32);
        for (int sent = 0; sent < MORE_THAN_A_RING; ) {
            assertTrue(System.nanoTime() < deadline, "hangs after " + sent + " packets");
            port.pool().take(batch, batch.room());
            for (int i = 0; i < batch.size(); i++) {
                Flows.address(batch.memory(i), port.mac(), port.mac());
                batch.setLength(i, 100);
            }
            sent += port.send(batch);
        }
        batch.giveBack();
        while (port.underWay() > 0) {
            assertTrue(System.nanoTime() < deadline, port.underWay() + " packets are never sent");
        }
    }

    /** Lets packets cross, after those that are left from before. */
    private static void assertTrafficRuns(NetworkPort left, NetworkPort right) throws InterruptedException {
        PacketBatch stale = right.pool().batch(32);
        while (right.awaitPackets(Duration.ofMillis(100))) {
            right.receive(stale);
            stale.giveBack();
        }
        Flows flows = new Flows(left, right, 2, true);
        flows.run(1000, Flows.LONG);
        assertEquals(1000, flows.received());
    }

    @Test
    void theLinkGoesDownInMidStreamAndComesBack() throws IOException, InterruptedException {
        QemuMonitor monitor = new QemuMonitor();
        try (NetworkPort left = PATIENT.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            Flows flows = new Flows(left, right, 2, false);
            flows.run(1000, Flows.LONG);
            monitor.setLink("net0", false);
            long deadline = System.nanoTime() + Flows.LONG.toNanos();
            while (left.link().up()) {
                flows.step(Long.MAX_VALUE);
                assertTrue(System.nanoTime() < deadline, "the link is down");
            }
            assertTrue(right.link().up(), "its end of the cable is in");
            sendOn(left);
            assertFalse(left.awaitPackets(Duration.ofMillis(50)));
            monitor.setLink("net0", true);
            awaitLink(left, true);
            assertTrafficRuns(left, right);
            assertTrafficRuns(right, left);
            // And at the other end, while its driver sleeps.
            monitor.setLink("net1", false);
            awaitLink(right, false);
            sendOn(left);
            assertFalse(right.awaitPackets(Duration.ofMillis(50)));
            monitor.setLink("net1", true);
            awaitLink(right, true);
            assertTrafficRuns(left, right);
        }
    }

    @Test
    void thePeerIsTakenOutOfItsSlotInMidStream() throws Exception {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            NetworkPort right = PATIENT.attach(rightDevice);
            Flows flows = new Flows(left, right, 2, false);
            flows.run(1000, Flows.LONG);
            // Waits until the device is closed: the kernel asks for it.
            Future<?> removing = threads.submit(() -> {
                RIGHT_FUNCTION.remove();
                return null;
            });
            long deadline = System.nanoTime() + Flows.LONG.toNanos();
            Optional<DeviceEvent> event = Optional.empty();
            while (event.isEmpty()) {
                flows.step(Long.MAX_VALUE);
                event = rightDevice.events().await(Duration.ZERO);
                assertTrue(System.nanoTime() < deadline, "the kernel asks for the device");
            }
            assertEquals(DeviceEvent.RELEASE_REQUESTED, event.orElseThrow());
            assertFalse(removing.isDone(), "and waits for it");
            right.close();
            rightDevice.close();
            removing.get();
            assertFalse(RIGHT_FUNCTION.isPresent());
            assertThrows(DeviceNotFoundException.class, () -> Devices.open(RIGHT));
            sendOn(left);
            GuestFunction.rescan();
            RIGHT_FUNCTION.bind("vfio-pci");
            rightDevice = Devices.open(RIGHT);
            try (NetworkPort again = PATIENT.attach(rightDevice)) {
                awaitLink(again, true);
                assertTrafficRuns(left, again);
            }
        }
    }
}
