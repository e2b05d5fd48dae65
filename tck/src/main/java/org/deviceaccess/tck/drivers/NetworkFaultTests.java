// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Timeouts;
import org.deviceaccess.tck.probe.Journal;
import org.deviceaccess.tck.probe.Journal.Kind;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.junit.jupiter.api.Assumptions;

/** What a port outlasts: bursts that take all buffers, resets by others, and closing in the middle of everything. */
final class NetworkFaultTests {
    /** Long enough for the others to be in the middle of something. */
    private static final Duration IN_USE = Duration.ofMillis(5);

    @Proves("DA-NET-014")
    void waitingGivesTheDeviceBuffers(DriverTarget target) throws Exception {
        target.requireWrites();
        Attached.with(target, NetworkPort.class, (device, port) -> {
            requireEcho(port);
            PacketPool pool = port.pool();
            int posted = pool.size() - pool.available();
            PacketBatch burst = Packets.fill(port, posted);
            Assumptions.assumeTrue(burst.room() == 0, "there are not enough buffers to send a burst that takes all");
            PacketBatch held = pool.batch(pool.size());
            pool.take(held, pool.size());
            assertTrue(
                    Timeouts.until(() -> {
                        port.send(burst);
                        return burst.isEmpty() && port.underWay() == 0;
                    }),
                    "a burst is not sent");
            pool.take(held, pool.size());
            PacketBatch in = pool.batch(posted);
            Assumptions.assumeTrue(
                    Timeouts.until(
                            () -> {
                                port.receive(in);
                                return in.room() == 0;
                            },
                            Timeouts.ECHO),
                    "packets of a burst get lost");
            held.giveBack();
            in.giveBack();
            port.awaitPackets(Timeouts.SHORT);
            sendOne(port);
            assertTrue(
                    port.awaitPackets(Timeouts.EVENT),
                    "no packet arrives any more after a burst that took all buffers, which are free again");
        });
    }

    @Proves("DA-NET-015")
    void goesOnAfterAResetByOthers(DriverTarget target) throws Exception {
        target.requireWrites();
        Attached.with(target, NetworkPort.class, (device, port) -> {
            Assumptions.assumeTrue(device.capabilities().contains(Capability.RESET), "the device cannot be reset");
            requireEcho(port);
            // Whatever is set up when somebody waits for the first time is set up.
            port.awaitPackets(Timeouts.SHORT);
            device.reset();
            long start = System.nanoTime();
            do {
                assertTrue(
                        System.nanoTime() - start < Timeouts.EVENT.toNanos(),
                        "no packet arrives any more after a reset of the device by others");
                if (port.underWay() == 0) {
                    sendOne(port);
                }
            } while (!port.awaitPackets(Timeouts.NOTHING));
            assertTrue(receiveAll(port) > 0, "awaitPackets() said that there is a packet");
        });
    }

    @Proves("DA-NET-016")
    void closingLeavesNobodyInside(DriverTarget target) throws Exception {
        for (int round = 0; round < target.effort().races(); round++) {
            try (ProbedDevice device = target.open();
                    Race race = new Race()) {
                Driver driver = target.attach(device);
                NetworkPort port = (NetworkPort) driver;
                PacketBatch in = port.pool().batch(1);
                PacketBatch out = port.pool().batch(1);
                AtomicInteger closed = new AtomicInteger();
                race.run(
                        "closing a port while others use it",
                        () -> Race.untilClosed(() -> {
                            port.receive(in);
                            in.giveBack();
                        }),
                        () -> Race.untilClosed(() -> port.awaitPackets(Timeouts.LONG)),
                        () -> Race.untilClosed(() -> {
                            if (target.writesAllowed() && port.pool().take(out, out.room()) > 0) {
                                out.setLength(0, Packets.LENGTH);
                            }
                            port.send(out);
                            port.underWay();
                        }),
                        () -> {
                            Thread.sleep(IN_USE);
                            port.close();
                            closed.set(device.journal().mark());
                        });
                List<Journal.Entry> late = device.journal().since(closed.get()).stream()
                        .filter(entry -> entry.kind() == Kind.READ || entry.kind() == Kind.WRITE)
                        .toList();
                assertEquals(List.of(), late, () -> "after close() returned: " + Journal.words(late));
            }
        }
    }

    /** Ends the test as not to be tried where what the port sends to itself does not arrive. */
    private static void requireEcho(NetworkPort port) throws InterruptedException {
        Packets.requireLink(port);
        sendOne(port);
        boolean echo = port.awaitPackets(Timeouts.ECHO);
        Assumptions.assumeTrue(echo, "what the port sends to itself does not arrive");
        receiveAll(port);
        assertTrue(Timeouts.until(() -> port.underWay() == 0), "a packet that arrived is under way");
    }

    private static void sendOne(NetworkPort port) {
        PacketBatch batch = Packets.fill(port, 1);
        port.send(batch);
        batch.giveBack();
    }

    /** Gives back what has arrived, and has the device given as many buffers as it has room for. */
    private static int receiveAll(NetworkPort port) throws InterruptedException {
        PacketBatch batch = port.pool().batch(1);
        int received = 0;
        while (port.awaitPackets(Duration.ZERO)) {
            received += port.receive(batch);
            batch.giveBack();
        }
        return received;
    }
}
