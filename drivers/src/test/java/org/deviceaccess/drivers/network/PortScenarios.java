// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What any port does, whatever the card and the backend. */
@Timeout(240)
abstract class PortScenarios {
    private static final MacAddress STRANGER = MacAddress.parse("52:54:00:00:00:99");
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:fb");
    private static final MacAddress OTHER_GROUP = MacAddress.parse("33:33:00:00:00:01");
    private static final int SMALL = 8;

    final PortRig rig;
    private final long many;
    PortRig.Open devices;

    /**
     * Makes the scenarios for a rig.
     *
     * @param many how many packets are many there
     */
    PortScenarios(PortRig rig, long many) {
        this.rig = rig;
        this.many = many;
    }

    @BeforeEach
    final void open() {
        devices = rig.open();
    }

    @AfterEach
    final void close() {
        devices.close();
    }

    @Test
    final void eachPortKnowsItselfAndItsLink() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            assertEquals(rig.card().up(), ports.left().link());
            assertEquals(rig.card().up(), ports.right().link());
            assertEquals(ports.left().mac().bits() + 1, ports.right().mac().bits());
            assertEquals(1518, ports.left().maxPacketLength());
        }
    }

    @Test
    final void packetsCrossBothWaysOnceInOrderAndWhole() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            Flows there = new Flows(ports.left(), ports.right(), 8, false);
            Flows back = new Flows(ports.right(), ports.left(), 3, true);
            there.run(many, Duration.ofMinutes(1));
            back.run(many / 50, Duration.ofMinutes(1));
            assertTrue(there.received() >= many / 100, there.received() + " packets in a minute");
            for (NetworkPort port : new NetworkPort[] {ports.left(), ports.right()}) {
                assertEquals(0, port.underWay());
                assertEquals(0, port.statistics().missedPackets());
                assertEquals(0, port.statistics().receiveErrors());
            }
            assertEquals(there.received(), ports.left().statistics().sentPackets());
            assertEquals(there.received(), ports.right().statistics().receivedPackets());
            assertEquals(back.received(), ports.right().statistics().sentPackets());
            assertEquals(back.received(), ports.left().statistics().receivedPackets());
        }
    }

    @Test
    final void whoeverReceivesSleepsUntilPacketsArrive() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            Flows there = new Flows(ports.left(), ports.right(), 2, true);
            Flows back = new Flows(ports.right(), ports.left(), 2, true);
            for (int round = 0; round < 4; round++) {
                there.run(25, Flows.LONG);
                back.run(25, Flows.LONG);
            }
            assertFalse(ports.right().awaitPackets(Duration.ofMillis(50)));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> ports.right().awaitPackets(Flows.LONG));
        }
    }

    /** A burst that takes all buffers leaves the card without any: who waits gives it those that come back. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    final void aBurstThatTookAllBuffersStallsNobody(boolean whileWaiting) throws Exception {
        int buffers = rig.card().posted(SMALL);
        try (PortRig.Ports ports = rig.attach(devices, SMALL, buffers);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            NetworkPort right = ports.right();
            PacketBatch in = right.pool().batch(buffers);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < buffers; i++) {
                    Flows.sendOne(ports.left(), right.mac(), 60, i);
                }
                while (in.room() > 0) {
                    assertTrue(right.awaitPackets(Flows.LONG));
                    right.receive(in);
                }
                assertEquals(0, right.pool().available());
                Future<Boolean> waiting = null;
                if (whileWaiting) {
                    waiting = threads.submit(() -> right.awaitPackets(Flows.LONG));
                    Thread.sleep(20);
                }
                in.giveBack();
                if (!whileWaiting) {
                    assertFalse(right.awaitPackets(Duration.ofMillis(20)));
                } else {
                    Thread.sleep(50);
                }
                Flows.sendOne(ports.left(), right.mac(), 60, 1);
                assertTrue(waiting == null ? right.awaitPackets(Flows.LONG) : waiting.get());
                assertEquals(1, right.receive(in));
                in.giveBack();
                assertFalse(right.awaitPackets(Duration.ZERO));
            }
        }
    }

    @Test
    final void aPacketForAnotherIsReceivedOnlyOnDemand() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            NetworkPort right = ports.right();
            assertEquals(1, arrivals(ports, right.mac()));
            assertEquals(0, arrivals(ports, STRANGER));
            assertEquals(0, arrivals(ports, GROUP));
            right.setFilter(ReceiveFilter.groups(GROUP));
            assertEquals(1, arrivals(ports, GROUP));
            assertEquals(0, arrivals(ports, OTHER_GROUP));
            right.setFilter(new ReceiveFilter(false, true, Set.of()));
            assertEquals(1, arrivals(ports, OTHER_GROUP));
            assertEquals(0, arrivals(ports, STRANGER));
            right.setFilter(ReceiveFilter.ALL);
            assertEquals(1, arrivals(ports, STRANGER));
            right.setFilter(ReceiveFilter.OWN);
            assertEquals(0, arrivals(ports, GROUP));
        }
    }

    /** Counts what arrives of one packet; a second one to all stations shows that the first is not just late. */
    private static int arrivals(PortRig.Ports ports, MacAddress destination) throws InterruptedException {
        Flows.sendOne(ports.left(), destination, 64, 1);
        Flows.sendOne(ports.left(), MacAddress.BROADCAST, 300, 2);
        PacketBatch batch = ports.right().pool().batch(4);
        while (batch.isEmpty() || batch.length(batch.size() - 1) != 300) {
            assertTrue(ports.right().awaitPackets(Flows.LONG));
            ports.right().receive(batch);
        }
        int others = batch.size() - 1;
        batch.giveBack();
        return others;
    }

    @Test
    final void shortPacketsArePaddedAndImpossibleOnesRefused() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            Flows.sendOne(ports.left(), ports.right().mac(), 20, 0x5a);
            PacketBatch in = ports.right().pool().batch(1);
            assertTrue(ports.right().awaitPackets(Flows.LONG));
            ports.right().receive(in);
            assertEquals(60, in.length(0));
            for (int at = 14; at < 60; at++) {
                assertEquals(at < 20 ? 0x5a : 0, in.memory(0).get(ValueLayout.JAVA_BYTE, at), "byte " + at);
            }
            in.giveBack();
            PacketBatch out = ports.left().pool().batch(1);
            ports.left().pool().take(out, 1);
            for (int length : new int[] {0, 13, 1519}) {
                out.setLength(0, length);
                assertThrows(IllegalArgumentException.class, () -> ports.left().send(out), length + " bytes");
                assertEquals(1, out.size(), "nothing was taken");
            }
        }
    }

    @Test
    final void aBatchOfAnotherPortIsRefused() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            PacketBatch foreign = ports.right().pool().batch(2);
            ports.right().pool().take(foreign, 1);
            foreign.setLength(0, 60);
            assertThrows(IllegalArgumentException.class, () -> ports.left().send(foreign));
            assertThrows(IllegalArgumentException.class, () -> ports.left().receive(foreign));
            PacketPool pool = ports.left().pool();
            assertThrows(IllegalArgumentException.class, () -> pool.take(foreign, 1));
            assertThrows(IllegalArgumentException.class, () -> pool.giveBack(foreign));
            assertEquals(1, foreign.size());
        }
    }

    @Test
    final void thePeerGoesInMidStreamAndComesBack() throws InterruptedException {
        try (NetworkPort left = rig.card().attach(devices.left, rig.timeout())) {
            try (NetworkPort right = rig.card().attach(devices.right, rig.timeout())) {
                Flows flows = new Flows(left, right, 2, false);
                flows.run(1000, Duration.ofMinutes(1));
                flows.step(2000);
            }
            devices.replaceRight();
            try (NetworkPort right = rig.card().attach(devices.right, rig.timeout())) {
                PacketBatch stale = right.pool().batch(32);
                while (left.underWay() > 0 || right.awaitPackets(Duration.ofMillis(200))) {
                    right.receive(stale);
                    stale.giveBack();
                }
                new Flows(left, right, 2, true).run(1000, Duration.ofMinutes(1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    final void isClosedWhileOthersSendReceiveAndWait(boolean deviceFirst) throws Exception {
        try (NetworkPort left = rig.card().attach(devices.left, rig.timeout());
                ExecutorService threads = Executors.newCachedThreadPool()) {
            NetworkPort right = rig.card().attach(devices.right, rig.timeout());
            Future<?> receiving = threads.submit(() -> {
                PacketBatch in = right.pool().batch(32);
                while (true) {
                    right.awaitPackets(Flows.LONG);
                    right.receive(in);
                    in.giveBack();
                }
            });
            Future<?> waiting = threads.submit(() -> {
                while (true) {
                    right.awaitPackets(Flows.LONG);
                }
            });
            Future<?> sending = threads.submit(() -> {
                while (true) {
                    if (right.underWay() == 0) {
                        Flows.sendOne(right, left.mac(), 100, 1);
                    }
                }
            });
            for (int i = 0; i < 100; i++) {
                Flows.sendOne(left, right.mac(), 500, 1);
                while (left.underWay() > 0) {
                    Thread.onSpinWait();
                }
            }
            if (deviceFirst) {
                devices.right.close();
            }
            right.close();
            for (Future<?> each : new Future<?>[] {receiving, waiting, sending}) {
                assertEquals(
                        IllegalStateException.class,
                        assertThrows(ExecutionException.class, each::get)
                                .getCause()
                                .getClass());
            }
            assertThrows(IllegalStateException.class, right::statistics);
        }
    }

    @Test
    final void packetsMakeNoGarbage() throws InterruptedException {
        try (PortRig.Ports ports = rig.attach(devices)) {
            Flows flows = new Flows(ports.left(), ports.right(), 4, false);
            Duration limit = Duration.ofMinutes(1);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            // Until it is compiled the JVM may allocate for its own ends; a use that allocates does so for ever.
            for (int batch = 0; batch < 60 && least > 0; batch++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                flows.run(1000, limit);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes for 1000 packets");
        }
    }
}
