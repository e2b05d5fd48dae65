// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.tck.kit.Allocations;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.Timeouts;
import org.deviceaccess.tck.probe.Journal.Kind;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.junit.jupiter.api.Assumptions;

/** Drivers of network ports. */
final class NetworkPortTests {
    private static final int HEADER = 14;
    // IEEE 802.3: 1,500 bytes of data behind a header.
    private static final int LONGEST_OF_ETHERNET = 1514;
    private static final int FOREIGN = 2048;
    private static final int PACKETS = 8;
    private static final int USES = 50;

    @Proves("DA-NET-001")
    void describesItself(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            assertEquals(port.mac(), port.mac(), "mac() at the next call");
            assertFalse(port.mac().isMulticast(), () -> "the address of a group, " + port.mac());
            assertNotEquals(0, port.mac().bits(), "the address");
            int longest = port.maxPacketLength();
            assertTrue(longest >= LONGEST_OF_ETHERNET, () -> "maxPacketLength() " + longest);
            assertTrue(
                    port.pool().bufferSize() >= longest,
                    () -> "buffers of " + port.pool().bufferSize());
            assertEquals(port.pool(), port.pool(), "pool() at the next call");
            LinkState link = port.link();
            assertTrue(link.up() || link.megabitsPerSecond() == 0, () -> "a link that is down has a speed: " + link);
        });
    }

    @Proves("DA-NET-002")
    void buffersAreInOnePlace(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            PacketPool pool = port.pool();
            int free = pool.available();
            PacketBatch batch = pool.batch(pool.size());
            assertEquals(free, pool.take(batch, pool.size()), "how many free buffers could be taken");
            Set<Integer> buffers = new HashSet<>();
            for (int i = 0; i < batch.size(); i++) {
                buffers.add(batch.buffer(i));
            }
            assertEquals(free, buffers.size(), "different buffers of those that were taken");
            batch.giveBack();
            assertEquals(free, pool.available(), "free buffers when all are back");
        });
    }

    @Proves("DA-NET-003")
    void impossiblePacketsAreRefused(DriverTarget target) throws Exception {
        target.requireWrites(); // a driver that does not refuse them sends them
        Attached.with(target, NetworkPort.class, (device, port) -> {
            for (int length : new int[] {0, HEADER - 1, port.maxPacketLength() + 1}) {
                PacketBatch batch = Packets.fill(port, 2);
                Assumptions.assumeTrue(length <= port.pool().bufferSize(), "no buffer has room for too long a packet");
                batch.setLength(1, length);
                int mark = device.journal().mark();
                assertThrows(
                        IllegalArgumentException.class, () -> port.send(batch), "a packet of " + length + " bytes");
                assertEquals(2, batch.size(), "what is left of a batch that was refused");
                assertTrue(
                        device.journal().since(mark).stream().noneMatch(entry -> entry.kind() == Kind.WRITE),
                        "the device was told of a packet of " + length + " bytes");
                batch.giveBack();
            }
        });
    }

    @Proves("DA-NET-004")
    void foreignBatchesAreRefused(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            try (DmaBuffer memory = device.dma().allocate(FOREIGN, DmaConstraints.NONE)) {
                PacketBatch foreign = new PacketPool(memory, FOREIGN).batch(1);
                assertThrows(IllegalArgumentException.class, () -> port.receive(foreign), "receive()");
                assertThrows(IllegalArgumentException.class, () -> port.send(foreign), "send()");
            }
        });
    }

    @Proves("DA-NET-005")
    void buffersOfSentPacketsComeBack(DriverTarget target) throws Exception {
        target.requireWrites();
        Attached.with(target, NetworkPort.class, (device, port) -> {
            Packets.requireLink(port);
            int free = port.pool().available();
            PacketBatch batch = Packets.fill(port, PACKETS);
            assertEquals(PACKETS, port.send(batch), "how many packets an idle port takes");
            assertTrue(batch.isEmpty(), "packets that were taken are still in the batch");
            boolean sent = Timeouts.until(() -> port.underWay() == 0);
            int left = port.underWay();
            assertEquals(free - left, port.pool().available(), "free buffers while " + left + " packets are under way");
            Assumptions.assumeTrue(sent, "the other side takes no packets");
        });
    }

    @Proves("DA-NET-006")
    void fullBatchReceivesNothing(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            PacketBatch batch = port.pool().batch(1);
            port.pool().take(batch, 1);
            int buffer = batch.buffer(0);
            assertEquals(0, port.receive(batch), "packets received into a full batch");
            assertEquals(buffer, batch.buffer(0), "the buffer that was in the batch");
            batch.giveBack();
        });
    }

    @Proves("DA-NET-007")
    void waitingEndsInTime(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            for (Duration timeout : new Duration[] {Timeouts.SHORT, Duration.ZERO, Duration.ofMillis(-1)}) {
                long start = System.nanoTime();
                boolean ready = port.awaitPackets(timeout);
                long took = System.nanoTime() - start;
                assertTrue(took < Timeouts.EVENT.toNanos(), "waiting " + timeout + " took " + took + " ns");
                assertTrue(ready || took >= timeout.toNanos(), "waiting " + timeout + " ended after " + took + " ns");
            }
        });
    }

    @Proves("DA-NET-008")
    void interruptionEndsWaiting(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            Thread.currentThread().interrupt();
            try {
                boolean ready = port.awaitPackets(Timeouts.LONG);
                assertTrue(ready && Thread.interrupted(), "an interrupted thread waited, and no packet was there");
            } catch (InterruptedException e) {
                assertFalse(Thread.currentThread().isInterrupted(), "the interruption is told twice");
            }
        });
    }

    @Proves("DA-NET-009")
    void closingWakesWhoWaits(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (device, port) -> {
            FutureTask<Boolean> waiter = new FutureTask<>(() -> {
                Race.untilClosed(() -> port.awaitPackets(Timeouts.LONG));
                return true;
            });
            Thread thread = Thread.ofPlatform().name("tck waiter").daemon().start(waiter);
            Timeouts.untilWaiting(thread);
            port.close();
            assertTrue(Timeouts.result(waiter, "a thread that waits for packets while the port is closed"));
        });
    }

    @Proves("DA-NET-010")
    void useAfterCloseIsRefused(DriverTarget target) throws Exception {
        Attached.closed(target, NetworkPort.class, (device, port) -> {}, (device, port) -> assertRefused(port));
    }

    @Proves("DA-NET-011")
    void useAfterClosingTheDeviceIsRefused(DriverTarget target) throws Exception {
        Attached.withoutDevice(target, NetworkPort.class, (device, port) -> {}, (device, port) -> {
            Refusal.closed("link()", port::link);
            Refusal.closed("awaitPackets()", () -> port.awaitPackets(Timeouts.SHORT));
            Refusal.closed("setFilter()", () -> port.setFilter(ReceiveFilter.OWN));
        });
    }

    @Proves("DA-NET-012")
    void lostDeviceIsTold(DriverTarget target) throws Exception {
        Attached.with(target, NetworkPort.class, (ProbedDevice device, NetworkPort port) -> {
            device.vanish();
            Refusal.of("link() of a port that is gone", port::link, DeviceLostException.class);
            Refusal.of(
                    "waiting for packets of a port that is gone",
                    () -> {
                        while (port.awaitPackets(Timeouts.LONG)) {
                            PacketBatch batch = port.pool().batch(PACKETS);
                            port.receive(batch);
                            batch.giveBack();
                        }
                    },
                    DeviceLostException.class);
        });
    }

    @Proves("DA-NET-013")
    void receivingAndSendingAllocateNothing(DriverTarget target) throws Exception {
        try (DeviceAccess device = target.openPlain()) {
            Driver driver = target.attach(device);
            NetworkPort port = (NetworkPort) driver;
            PacketBatch batch = port.pool().batch(PACKETS);
            Allocations.assertNone("receiving", USES, () -> {
                port.receive(batch);
                batch.giveBack();
            });
            if (target.writesAllowed()) {
                Allocations.assertNone("sending", USES, () -> {
                    port.pool().take(batch, 1);
                    if (!batch.isEmpty()) {
                        batch.setLength(0, Packets.LENGTH);
                        port.send(batch);
                    }
                    batch.giveBack();
                    port.underWay();
                });
            }
            target.close(driver);
        }
    }

    private static void assertRefused(NetworkPort port) {
        PacketBatch batch = port.pool().batch(1);
        Refusal.closed("mac()", port::mac);
        Refusal.closed("link()", port::link);
        Refusal.closed("receive()", () -> port.receive(batch));
        Refusal.closed("send()", () -> port.send(batch));
        Refusal.closed("underWay()", port::underWay);
        Refusal.closed("awaitPackets()", () -> port.awaitPackets(Timeouts.SHORT));
        Refusal.closed("setFilter()", () -> port.setFilter(ReceiveFilter.OWN));
        Refusal.closed("statistics()", port::statistics);
    }
}
