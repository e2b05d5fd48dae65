// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.backend.sim.e1000e.E1000eFaults;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.drivers.support.Leftovers;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a whole simulated card: found, attached, used, and left behind clean. */
@Timeout(120)
class E1000eOnSimTest {
    private static final String CARD = "sim:e1000e?latency=0";
    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:02");
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:fb");
    private static final MacAddress OTHER_GROUP = MacAddress.parse("33:33:00:00:00:01");

    private static void assertLeftClean(DeviceAccess device) {
        Leftovers.assertNone(device);
        assertEquals(0, device.region(RegionId.BAR0).read32(0x100) & 2, "receiving is off");
        assertEquals(0, device.region(RegionId.BAR0).read32(0x400) & 2, "sending is off");
        assertEquals(0, device.region(RegionId.BAR0).read32(0xd0), "all interrupts are masked");
    }

    @Test
    void anApplicationNeverNamesTheDriver() throws InterruptedException {
        try (DeviceAccess device = Devices.open(CARD + "&mac=52:54:00:12:34:56")) {
            try (NetworkPort port = Drivers.installed().attach(device, NetworkPort.class)) {
                assertEquals("52:54:00:12:34:56", port.mac().toString());
                assertEquals(new LinkState(true, 1000, true), port.link());
                assertEquals(1518, port.maxPacketLength());
                Flows.sendOne(port, port.mac(), 200, 7);
                assertTrue(port.awaitPackets(Flows.LONG));
                PacketBatch batch = port.pool().batch(8);
                assertEquals(1, port.receive(batch));
                assertEquals(200, batch.length(0));
                assertEquals(7, batch.memory(0).get(ValueLayout.JAVA_BYTE, 199));
                batch.giveBack();
                assertFalse(port.awaitPackets(Duration.ofMillis(1)));
                assertEquals(new NetworkStatistics(1, 204, 1, 204, 0, 0), port.statistics());
            }
            assertLeftClean(device);
        }
    }

    @ParameterizedTest
    @CsvSource({"msix, true", "msi, true", "msix, false"})
    void packetsArriveOnceAndInOrder(String messages, boolean sleeping) throws InterruptedException {
        try (DeviceAccess device = Devices.open(CARD + "&messages=" + messages)) {
            try (NetworkPort port = Drivers.installed().attach(device, NetworkPort.class)) {
                Flows flows = new Flows(port, port, 4, sleeping);
                flows.run(20_000, Duration.ofSeconds(100));
                assertEquals(20_000, flows.received());
                assertEquals(0, port.underWay());
                assertEquals(20_000, port.statistics().receivedPackets());
                assertEquals(0, port.statistics().missedPackets());
                assertEquals(
                        0, port.receive(port.pool().batch(1)), "nothing arrives, so that the receive ring is filled");
                assertEquals(1024 - 255, port.pool().available(), "all but those in the receive ring");
            }
            assertLeftClean(device);
        }
    }

    @Test
    void aFullRingTakesNoMoreUntilTheLinkIsBack() throws InterruptedException {
        try (DeviceAccess device = Devices.open(CARD);
                E1000ePort port = new E1000eDriverProvider()
                        .withDescriptors(16)
                        .withBuffers(100)
                        .attach(device)) {
            E1000eFaults faults = device.unwrap(E1000eFaults.class).orElseThrow();
            faults.unplug(true);
            assertEquals(LinkState.DOWN, port.link());
            PacketBatch batch = port.pool().batch(40);
            assertEquals(40, port.pool().take(batch, 40));
            for (int i = 0; i < 40; i++) {
                Flows.address(batch.memory(i), OWN, OWN);
                batch.memory(i).set(ValueLayout.JAVA_BYTE, 14, (byte) i);
                batch.setLength(i, 60);
            }
            assertEquals(15, port.send(batch), "one descriptor stays empty");
            assertEquals(0, port.send(batch));
            assertEquals(15, port.underWay());
            assertEquals(25, batch.size(), "the rest is the caller's");
            assertEquals(100 - 15 - 40, port.pool().available());
            faults.unplug(false);
            assertEquals(new LinkState(true, 1000, true), port.link());
            PacketBatch in = port.pool().batch(40);
            int sent = 15;
            long deadline = System.nanoTime() + Flows.LONG.toNanos();
            while (in.size() < 40) {
                // What is sent beyond the free descriptors of the receiver is lost.
                if (in.size() == sent) {
                    sent += port.send(batch);
                }
                port.awaitPackets(Duration.ofMillis(10));
                port.receive(in);
                assertTrue(System.nanoTime() < deadline, in.size() + " of " + sent + " have come back");
            }
            for (int i = 0; i < 40; i++) {
                assertEquals(i, in.memory(i).get(ValueLayout.JAVA_BYTE, 14), "in order");
            }
            in.giveBack();
            while (port.underWay() > 0) {
                Thread.onSpinWait();
            }
            assertEquals(0, port.receive(in), "nothing arrives, so that the receive ring is filled");
            assertEquals(85, port.pool().available());
        }
    }

    @Test
    void withoutFreeBuffersPacketsAreMissedAndThenItGoesOn() throws InterruptedException {
        try (DeviceAccess device = Devices.open(CARD);
                E1000ePort port = new E1000eDriverProvider()
                        .withDescriptors(8)
                        .withBuffers(12)
                        .attach(device)) {
            PacketBatch kept = port.pool().batch(12);
            for (int sent = 0; sent < 30; sent++) {
                PacketBatch batch = port.pool().batch(1);
                if (port.pool().take(batch, 1) == 0) {
                    break;
                }
                batch.giveBack();
                Flows.sendOne(port, OWN, 60, sent);
                while (port.underWay() > 0) {
                    Thread.onSpinWait();
                }
                port.receive(kept);
            }
            assertEquals(0, port.pool().available());
            assertEquals(6, kept.size(), "the five that were free, and one instead of which there was none");
            kept.giveBack();
            port.receive(kept);
            new Flows(port, port, 1, true).step(1);
        }
    }

    private static void assertClosed(Future<?> thread) {
        assertEquals(
                IllegalStateException.class,
                assertThrows(ExecutionException.class, thread::get).getCause().getClass());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @SuppressWarnings("try") // closing while they are used is what this is about
    void closingWakesWhoWaits(boolean deviceFirst) throws Exception {
        try (DeviceAccess device = Devices.open(CARD);
                E1000ePort port = new E1000eDriverProvider().attach(device);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> waiting = threads.submit(() -> port.awaitPackets(Flows.LONG));
            Thread.sleep(20);
            if (deviceFirst) {
                device.close();
            } else {
                port.close();
            }
            assertClosed(waiting);
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        E1000eDriverProvider driver = new E1000eDriverProvider();
        assertThrows(IllegalArgumentException.class, () -> driver.withDescriptors(4));
        assertThrows(IllegalArgumentException.class, () -> driver.withDescriptors(100));
        assertThrows(IllegalArgumentException.class, () -> driver.withDescriptors(8192));
        assertThrows(IllegalArgumentException.class, () -> driver.withBuffers(0));
        assertThrows(IllegalArgumentException.class, () -> driver.withTimeout(Duration.ZERO));
    }
}
