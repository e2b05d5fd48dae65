// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.e1000e.E1000eFaults;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two simulated cards at one wire: packets cross, and what the driver of one does when the other is gone. */
@Timeout(120)
class E1000eWireTest {
    private static final int MANY = 100_000;
    private static final int BUFFERS = E1000eDriverProvider.DEFAULT_BUFFERS;
    private static final int DESCRIPTORS = E1000eDriverProvider.DEFAULT_DESCRIPTORS;
    private static final String LEFT = "sim:e1000e?latency=0&wire=a&mac=02:00:00:00:00:01";
    private static final String RIGHT = "sim:e1000e?latency=0&wire=a&mac=02:00:00:00:00:02";

    private final Devices devices = Devices.installed();
    private DeviceAccess leftDevice;
    private DeviceAccess rightDevice;

    /** How a card goes while packets are on their way to it. */
    private enum Departure {
        CLOSED,
        PULLED_OUT
    }

    @BeforeEach
    void open() {
        leftDevice = devices.access(LEFT);
        rightDevice = devices.access(RIGHT);
    }

    @AfterEach
    void close() {
        leftDevice.close();
        rightDevice.close();
    }

    private static E1000ePort attach(DeviceAccess device) {
        return new E1000eDriverProvider().attach(device);
    }

    private static void assertNoFaults(DeviceAccess device) {
        Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
        assertEquals(List.of(), simulation.dmaFaults());
        assertEquals(List.of(), simulation.deviceFaults());
    }

    /** Waits until all that was handed over is sent and all buffers but those of the receive ring are back. */
    private static void assertAllBuffersBack(NetworkPort port) {
        long deadline = System.nanoTime() + Flows.LONG.toNanos();
        while (port.underWay() > 0) {
            assertTrue(System.nanoTime() < deadline, port.underWay() + " packets are not sent");
            Thread.onSpinWait();
        }
        // When nothing more has arrived the receive ring is filled.
        PacketBatch rest = port.pool().batch(1);
        while (port.receive(rest) > 0) {
            rest.giveBack();
        }
        assertEquals(BUFFERS - (DESCRIPTORS - 1), port.pool().available());
    }

    @Test
    void packetsCrossBothWaysOnceInOrderAndWhole() throws Exception {
        try (E1000ePort left = attach(leftDevice);
                E1000ePort right = attach(rightDevice);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            assertEquals(new LinkState(true, 1000, true), left.link());
            assertEquals(new LinkState(true, 1000, true), right.link());
            Flows there = new Flows(left, right, 8, false);
            Flows back = new Flows(right, left, 3, true);
            List<Future<?>> running = List.of(
                    threads.submit(() -> {
                        there.run(MANY, Duration.ofSeconds(100));
                        return null;
                    }),
                    threads.submit(() -> {
                        back.run(MANY, Duration.ofSeconds(100));
                        return null;
                    }));
            for (Future<?> direction : running) {
                direction.get();
            }
            for (Flows direction : List.of(there, back)) {
                assertEquals(MANY, direction.received());
            }
            for (E1000ePort port : List.of(left, right)) {
                assertAllBuffersBack(port);
                assertEquals(MANY, port.statistics().sentPackets());
                assertEquals(MANY, port.statistics().receivedPackets());
                assertEquals(0, port.statistics().missedPackets());
            }
            assertEquals(left.statistics().sentBytes(), right.statistics().receivedBytes());
        }
        assertNoFaults(leftDevice);
        assertNoFaults(rightDevice);
    }

    @ParameterizedTest
    @EnumSource
    void thePeerGoesInMidStreamAndAnotherComes(Departure how) throws InterruptedException {
        try (E1000ePort left = attach(leftDevice)) {
            E1000ePort right = attach(rightDevice);
            Flows flows = new Flows(left, right, 4, false);
            flows.run(1000, Flows.LONG);
            for (int i = 0; i < 10; i++) {
                flows.step(MANY);
            }
            switch (how) {
                case CLOSED -> {
                    rightDevice.close();
                    assertThrows(IllegalStateException.class, () -> flows.run(MANY, Flows.LONG));
                }
                case PULLED_OUT -> {
                    rightDevice.unwrap(Simulation.class).orElseThrow().remove();
                    assertThrows(DeviceLostException.class, () -> flows.run(MANY, Flows.LONG));
                    assertThrows(DeviceLostException.class, right::link);
                }
            }
            right.close();
            assertEquals(LinkState.DOWN, left.link());
            assertFalse(left.awaitPackets(Duration.ofMillis(20)), "nothing arrives");
            int waiting = fill(left);
            assertEquals(DESCRIPTORS - 1, waiting, "the ring is full, and nobody hangs");
            rightDevice.close();
            rightDevice = devices.access(RIGHT);
            assertTrue(left.link().up());
            assertAllBuffersBack(left);
            try (E1000ePort next = attach(rightDevice)) {
                Flows again = new Flows(left, next, 4, true);
                again.run(1000, Flows.LONG);
                assertEquals(1000, again.received());
                assertAllBuffersBack(next);
            }
            assertAllBuffersBack(left);
        }
        assertNoFaults(leftDevice);
    }

    /** Sends until the port takes no more; returns how many packets wait. */
    private static int fill(NetworkPort port) {
        PacketBatch batch = port.pool().batch(32);
        do {
            port.pool().take(batch, batch.room());
            for (int i = 0; i < batch.size(); i++) {
                Flows.address(batch.memory(i), MacAddress.BROADCAST, port.mac());
                batch.setLength(i, 60);
            }
        } while (port.send(batch) > 0);
        batch.giveBack();
        return port.underWay();
    }

    @Test
    void aPeerThatIsClosedWhileBothSendStopsNobody() throws Exception {
        try (E1000ePort left = attach(leftDevice);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 10; round++) {
                E1000ePort right = attach(rightDevice);
                Future<?> flooding = threads.submit(() -> {
                    while (true) {
                        fill(right);
                    }
                });
                long before = left.statistics().receivedPackets();
                PacketBatch in = left.pool().batch(32);
                while (left.statistics().receivedPackets() < before + 300) {
                    fill(left);
                    left.receive(in);
                    in.giveBack();
                }
                rightDevice.close();
                assertEquals(
                        IllegalStateException.class,
                        assertThrows(ExecutionException.class, flooding::get)
                                .getCause()
                                .getClass());
                assertEquals(LinkState.DOWN, left.link());
                rightDevice = devices.access(RIGHT);
            }
            assertAllBuffersBack(left);
        }
        assertNoFaults(leftDevice);
    }

    @Test
    void aCableThatIsPulledIsSeenAtBothEnds() throws InterruptedException {
        try (E1000ePort left = attach(leftDevice);
                E1000ePort right = attach(rightDevice)) {
            E1000eFaults faults = rightDevice.unwrap(E1000eFaults.class).orElseThrow();
            Flows flows = new Flows(left, right, 4, false);
            flows.run(1000, Flows.LONG);
            faults.unplug(true);
            assertEquals(LinkState.DOWN, left.link());
            assertEquals(LinkState.DOWN, right.link());
            for (int i = 0; i < 100; i++) {
                flows.step(2000);
            }
            assertTrue(left.underWay() > 0, "what was handed over waits");
            faults.unplug(false);
            assertTrue(left.link().up());
            while (flows.received() < 2000) {
                flows.step(2000);
            }
            assertAllBuffersBack(left);
            assertAllBuffersBack(right);
        }
    }

    @Test
    void aWireHasTwoEnds() {
        assertThrows(DeviceBusyException.class, () -> devices.access(LEFT));
        assertFalse(devices.lookup(LEFT).chosen().isPresent());
        leftDevice.close();
        leftDevice = devices.access(LEFT);
        assertTrue(Devices.installed().lookup(LEFT).chosen().isPresent(), "its wires are others");
        try (DeviceAccess stranger = Devices.open(LEFT);
                E1000ePort port = attach(stranger)) {
            assertEquals(LinkState.DOWN, port.link());
        }
    }
}
