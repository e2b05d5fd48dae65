// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a port does when its card fails, on any simulated card: it goes on after a reset, and no buffer is lost. */
@Timeout(60)
abstract class RecoveryScenarios {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final PortRig rig;
    private PortRig.Open devices;
    private Simulation simulation;
    private NetworkPort left;
    private NetworkPort right;

    RecoveryScenarios(PortRig rig) {
        this.rig = rig;
    }

    /** Lets resets of the left card never end, or end. */
    abstract void neverFinishReset(PortRig.Open open, boolean endless);

    @BeforeEach
    final void open() throws InterruptedException {
        devices = rig.open();
        simulation = devices.left.unwrap(Simulation.class).orElseThrow();
        PortRig.Ports ports = rig.attach(devices, LIMIT);
        left = ports.left();
        right = ports.right();
    }

    @AfterEach
    final void close() {
        try {
            left.close();
            right.close();
            assertEquals(List.of(), simulation.dmaFaults());
        } finally {
            devices.close();
        }
    }

    /** Shows that packets cross again, and that each buffer is free or in the receive ring. */
    private void assertWorks() throws InterruptedException {
        long start = System.nanoTime();
        while (!left.link().up()) {
            assertTrue(System.nanoTime() - start < Flows.LONG.toNanos(), "the link is up again");
        }
        PacketBatch stale = right.pool().batch(32);
        do {
            assertTrue(System.nanoTime() - start < Flows.LONG.toNanos(), "packets cross again");
            if (left.underWay() == 0) {
                Flows.sendOne(left, right.mac(), 60, 1);
            }
        } while (!right.awaitPackets(Duration.ofMillis(10)));
        while (left.underWay() > 0) {
            Thread.onSpinWait();
        }
        while (right.awaitPackets(Duration.ofMillis(200))) {
            right.receive(stale);
            stale.giveBack();
        }
        new Flows(left, right, 2, true).run(300, Flows.LONG);
        assertAllBuffersAreThere(left);
        assertAllBuffersAreThere(right);
    }

    private void assertAllBuffersAreThere(NetworkPort port) throws InterruptedException {
        while (port.underWay() > 0) {
            Thread.onSpinWait();
        }
        assertFalse(port.awaitPackets(Duration.ZERO), "nothing more arrives, so that the ring is filled");
        assertEquals(
                port.pool().size() - rig.card().posted(Card.DESCRIPTORS),
                port.pool().available());
    }

    @Test
    final void aSenderThatIsStuckGoesOnAfterAReset() throws InterruptedException {
        simulation.hang();
        PacketBatch out = left.pool().batch(32);
        int taken = 0;
        for (int full = 0; full == 0 || taken < 600; full++) {
            left.pool().take(out, out.room());
            for (int i = 0; i < out.size(); i++) {
                Flows.address(out.memory(i), right.mac(), left.mac());
                out.setLength(i, 60);
            }
            taken += left.send(out);
        }
        out.giveBack();
        assertWorks();
    }

    @Test
    final void packetsThatAreNeverSentAreNotUnderWayForEver() throws InterruptedException {
        new Flows(left, right, 1, true).run(1, Flows.LONG);
        simulation.hang();
        Flows.sendOne(left, right.mac(), 60, 1);
        while (left.underWay() > 0) {
            Thread.sleep(5);
        }
        assertWorks();
    }

    @Test
    final void whoOnlyWaitsNoticesATransmitterThatHangs() throws InterruptedException {
        simulation.hang();
        Flows.sendOne(left, right.mac(), 60, 1);
        long lost = left.pool().available();
        while (left.pool().available() == lost) {
            assertFalse(left.awaitPackets(Duration.ofMillis(50)));
        }
        assertWorks();
    }

    @Test
    final void whoOnlyReceivesNoticesATransmitterThatHangs() throws InterruptedException {
        simulation.hang();
        Flows.sendOne(left, right.mac(), 60, 1);
        long lost = left.pool().available();
        PacketBatch in = left.pool().batch(1);
        while (left.pool().available() == lost) {
            assertEquals(0, left.receive(in));
        }
        assertWorks();
    }

    @Test
    final void packetsThatWereSentLongAgoAreNoReasonForAReset() throws InterruptedException {
        Flows.sendOne(left, right.mac(), 60, 1);
        long sent = left.statistics().sentPackets();
        // Nobody asks what was sent, so it stays under way as far as is known.
        while (!right.awaitPackets(LIMIT)) {
            assertTrue(sent <= 1);
        }
        PacketBatch in = right.pool().batch(1);
        right.receive(in);
        in.giveBack();
        assertFalse(left.awaitPackets(LIMIT.multipliedBy(3)));
        // A reset would have lost this one.
        Flows.sendOne(left, right.mac(), 60, 2);
        assertTrue(right.awaitPackets(Flows.LONG));
        assertWorks();
    }

    @Test
    final void aResetByOthersIsHealedAndWhatWasSetAndCountedStays() throws InterruptedException {
        new Flows(left, right, 2, true).run(100, Flows.LONG);
        assertEquals(100, left.statistics().sentPackets());
        right.setFilter(ReceiveFilter.ALL);
        for (int round = 0; round < 5; round++) {
            devices.left.reset();
            if (!rig.isLoop()) {
                devices.right.reset();
                assertFalse(right.awaitPackets(Duration.ofMillis(50)));
            }
            assertFalse(left.awaitPackets(Duration.ofMillis(50)));
        }
        Flows.sendOne(left, MacAddress.parse("52:54:00:00:00:99"), 60, 1);
        assertTrue(right.awaitPackets(Flows.LONG), "the filter is as it was");
        assertWorks();
        assertTrue(
                left.statistics().sentPackets() >= 401, () -> left.statistics().toString());
    }

    @Test
    final void aResetWhileAThreadSleepsIsHealed() throws Exception {
        assertFalse(right.awaitPackets(Duration.ofMillis(10)), "the interrupt is enabled");
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<Boolean> waiting = threads.submit(() -> right.awaitPackets(Flows.LONG));
            Thread.sleep(50);
            devices.right.reset();
            Thread.sleep(LIMIT.toMillis());
            Flows.sendOne(left, right.mac(), 60, 1);
            assertTrue(waiting.get());
        }
        assertWorks();
    }

    @Test
    final void resetsByOthersInTheMiddleOfARecoveryAreHealed() throws Exception {
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<?> resets = threads.submit(() -> {
                SplittableRandom random = new SplittableRandom(1);
                for (int i = 0; i < 100; i++) {
                    devices.left.reset();
                    LockSupport.parkNanos(random.nextInt(2_000_000));
                }
            });
            while (!resets.isDone()) {
                left.awaitPackets(Duration.ofMillis(1));
            }
            resets.get();
        }
        assertWorks();
    }

    @Test
    final void aTransmitterThatStaysHungFailsForGood() throws InterruptedException {
        DeviceFaultException error = assertThrows(DeviceFaultException.class, () -> {
            while (true) {
                if (left.underWay() == 0) {
                    // The reset has healed it.
                    simulation.hang();
                    Flows.sendOne(left, right.mac(), 60, 1);
                }
                Thread.sleep(1);
            }
        });
        assertTrue(error.getMessage().contains("sent none of"), error.getMessage());
        assertThrows(DeviceFaultException.class, left::underWay);
        assertThrows(DeviceFaultException.class, () -> left.receive(left.pool().batch(1)));
        assertThrows(DeviceFaultException.class, () -> left.awaitPackets(Flows.LONG));
        assertEquals(left.pool().size(), left.pool().available(), "no buffer is lost");
        left.close();
        assertEquals(0, simulation.mappings());
    }

    @Test
    final void aResetThatNeverEndsIsAnErrorAndKeepsTheBuffers() throws InterruptedException {
        simulation.hang();
        Flows.sendOne(left, right.mac(), 60, 1);
        int available = left.pool().available();
        neverFinishReset(devices, true);
        assertThrows(DeviceTimeoutException.class, () -> {
            while (left.underWay() > 0) {
                Thread.sleep(1);
            }
        });
        assertThrows(DeviceFaultException.class, left::underWay);
        assertEquals(available, left.pool().available(), "the device may still use the others");
        neverFinishReset(devices, false);
    }
}
