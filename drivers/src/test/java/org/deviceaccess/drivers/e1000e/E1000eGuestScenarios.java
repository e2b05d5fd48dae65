// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver does on the two cards that QEMU emulates back to back, over each backend the same. */
@Timeout(300)
abstract class E1000eGuestScenarios {
    private static final E1000eDriverProvider PATIENT = new E1000eDriverProvider().withTimeout(Duration.ofSeconds(30));
    private static final MacAddress LEFT = MacAddress.parse("52:54:00:00:00:13");
    private static final MacAddress RIGHT = MacAddress.parse("52:54:00:00:00:14");
    private static final MacAddress STRANGER = MacAddress.parse("52:54:00:00:00:99");
    private static final int WAKE_UPS = 20;
    private static final long MANY = 1_000_000;

    private final String prefix;
    private final String options;
    private DeviceAccess leftDevice;
    private DeviceAccess rightDevice;

    E1000eGuestScenarios(String prefix, String options) {
        this.prefix = prefix;
        this.options = options;
    }

    @BeforeEach
    final void open() {
        leftDevice = Devices.open(prefix + "0000:00:13.0" + options);
        rightDevice = Devices.open(prefix + "0000:00:14.0" + options);
    }

    @AfterEach
    final void close() {
        leftDevice.close();
        rightDevice.close();
    }

    @Test
    final void eachPortKnowsItselfAndItsLink() {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            assertEquals(LEFT, left.mac());
            assertEquals(RIGHT, right.mac());
            assertEquals(new LinkState(true, 1000, true), left.link());
            assertEquals(new LinkState(true, 1000, true), right.link());
        }
    }

    @Test
    final void packetsCrossOnceInOrderAndWhole() throws InterruptedException {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            Flows flows = new Flows(left, right, 8, false);
            long start = System.nanoTime();
            flows.run(MANY, Duration.ofMinutes(1));
            long millis = (System.nanoTime() - start) / 1_000_000;
            System.out.println(prefix + " " + flows.received() + " packets crossed in " + millis + " ms");
            assertTrue(flows.received() >= 10_000, flows.received() + " packets in a minute");
            assertEquals(flows.received(), left.statistics().sentPackets());
            assertEquals(flows.received(), right.statistics().receivedPackets());
            // QEMU counts the frame check sequence of what is received only; the card that of what is sent, too.
            assertEquals(
                    left.statistics().sentBytes() + Integer.BYTES * flows.received(),
                    right.statistics().receivedBytes());
            assertEquals(0, right.statistics().missedPackets());
            assertEquals(0, right.statistics().receiveErrors());
        }
    }

    @Test
    final void whoeverReceivesSleepsUntilPacketsArrive() throws InterruptedException {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            Flows there = new Flows(left, right, 2, true);
            Flows back = new Flows(right, left, 2, true);
            for (int round = 0; round < 20; round++) {
                there.run(50, Flows.LONG);
                back.run(50, Flows.LONG);
            }
            assertEquals(1000, there.received());
            assertEquals(1000, back.received());
            assertFalse(right.awaitPackets(Duration.ofMillis(50)));
        }
    }

    @Test
    final void eachKindOfInterruptWakesWhoWaits() throws IOException, InterruptedException {
        List<InterruptKind> kinds = rightDevice.interrupts().kinds().stream()
                .map(InterruptInfo::kind)
                .toList();
        assertFalse(kinds.isEmpty());
        try (NetworkPort left = PATIENT.attach(leftDevice)) {
            for (InterruptKind kind : kinds) {
                try (NetworkPort right = PATIENT.withInterrupts(kind).attach(rightDevice)) {
                    PacketBatch batch = right.pool().batch(1);
                    assertFalse(right.awaitPackets(Duration.ofMillis(1)), "the interrupt is enabled");
                    long before = interruptsOfRight();
                    long start = System.nanoTime();
                    for (int i = 0; i < WAKE_UPS; i++) {
                        Thread sender = Thread.ofPlatform().start(() -> {
                            LockSupport.parkNanos(20_000_000);
                            Flows.sendOne(left, RIGHT, 100, 1);
                        });
                        assertTrue(right.awaitPackets(Flows.LONG));
                        sender.join();
                        assertEquals(1, right.receive(batch));
                        batch.giveBack();
                    }
                    long seen = interruptsOfRight() - before;
                    System.out.println(prefix + " " + kind + ": " + seen + " interrupts for " + WAKE_UPS + " waits in "
                            + (System.nanoTime() - start) / 1_000_000 + " ms");
                    // A line that is not armed anew raises one. Some packets may come before anybody waits.
                    assertTrue(seen >= WAKE_UPS / 2, seen + " interrupts by " + kind);
                }
            }
        }
    }

    /** Counts what the kernel counted for the second card: by its name, or with UIO by that of the driver. */
    private static long interruptsOfRight() throws IOException {
        return Files.readAllLines(Path.of("/proc/interrupts")).stream()
                .filter(line -> line.contains("(0000:00:14.0)") || line.contains("uio_pci_generic"))
                .flatMap(line -> Stream.of(
                                line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
                        .takeWhile(word -> word.matches("[0-9]+")))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @Test
    final void aPacketForAnotherIsReceivedOnlyOnDemand() throws InterruptedException {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            assertEquals(0, arrivals(left, right, STRANGER));
            right.setFilter(ReceiveFilter.ALL);
            assertEquals(1, arrivals(left, right, STRANGER));
            MacAddress[] groups = Stream.of("01:00:5e:00:00:fb", "33:33:00:00:00:01", "01:80:c2:00:12:3e")
                    .map(MacAddress::parse)
                    .toArray(MacAddress[]::new);
            right.setFilter(ReceiveFilter.OWN);
            assertEquals(0, arrivals(left, right, groups[0]));
            for (MacAddress group : groups) {
                right.setFilter(ReceiveFilter.groups(group));
                for (MacAddress other : groups) {
                    assertEquals(other.equals(group) ? 1 : 0, arrivals(left, right, other), other + " for " + group);
                }
            }
            right.setFilter(ReceiveFilter.groups(groups));
            for (MacAddress group : groups) {
                assertEquals(1, arrivals(left, right, group));
            }
            right.setFilter(new ReceiveFilter(false, true, Set.of()));
            assertEquals(1, arrivals(left, right, groups[0]));
            assertEquals(0, arrivals(left, right, STRANGER));
        }
    }

    /** Counts what arrives of one packet; a second one to all stations shows that the first is not just late. */
    private static int arrivals(NetworkPort from, NetworkPort to, MacAddress destination) throws InterruptedException {
        Flows.sendOne(from, destination, 64, 1);
        Flows.sendOne(from, MacAddress.BROADCAST, 300, 2);
        PacketBatch batch = to.pool().batch(4);
        while (batch.isEmpty() || batch.length(batch.size() - 1) != 300) {
            assertTrue(to.awaitPackets(Flows.LONG));
            to.receive(batch);
        }
        int others = batch.size() - 1;
        batch.giveBack();
        return others;
    }

    @Test
    final void thePeerGoesInMidStreamAndComesBack() throws InterruptedException {
        try (NetworkPort left = PATIENT.attach(leftDevice)) {
            try (NetworkPort right = PATIENT.attach(rightDevice)) {
                Flows flows = new Flows(left, right, 2, false);
                flows.run(1000, Duration.ofMinutes(1));
                flows.step(2000);
            }
            // Nobody is there, and sending goes on.
            for (int i = 0; i < 600; i++) {
                while (left.pool().available() == 0) {
                    left.underWay();
                }
                Flows.sendOne(left, RIGHT, 100, i);
                left.underWay();
            }
            rightDevice.close();
            Flows.sendOne(left, RIGHT, 100, 0);
            rightDevice = Devices.open(prefix + "0000:00:14.0" + options);
            try (NetworkPort right = PATIENT.attach(rightDevice)) {
                PacketBatch stale = right.pool().batch(32);
                while (right.awaitPackets(Duration.ofMillis(200))) {
                    right.receive(stale);
                    stale.giveBack();
                }
                Flows flows = new Flows(left, right, 2, true);
                flows.run(1000, Duration.ofMinutes(1));
                assertEquals(1000, flows.received());
            }
        }
    }

    @Test
    final void isClosedWhileTrafficRuns() throws Exception {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            NetworkPort right = PATIENT.attach(rightDevice);
            Future<?> receiving = threads.submit(() -> {
                PacketBatch in = right.pool().batch(32);
                while (true) {
                    right.awaitPackets(Flows.LONG);
                    right.receive(in);
                    in.giveBack();
                }
            });
            PacketBatch out = left.pool().batch(32);
            long start = System.nanoTime();
            while (right.statistics().receivedPackets() < 500) {
                assertTrue(System.nanoTime() - start < Duration.ofMinutes(4).toNanos(), "packets arrive");
                int before = out.size();
                left.pool().take(out, 8);
                for (int i = before; i < out.size(); i++) {
                    Flows.address(out.memory(i), RIGHT, LEFT);
                    out.setLength(i, 500);
                }
                left.send(out);
            }
            right.close();
            assertEquals(
                    IllegalStateException.class,
                    assertThrows(ExecutionException.class, receiving::get)
                            .getCause()
                            .getClass());
        }
    }

    @Test
    final void aCardThatDoesNotAnswerIsLost() {
        Region config = leftDevice.region(RegionId.CONFIG);
        try (NetworkPort left = PATIENT.attach(leftDevice)) {
            int command = config.read16(PciHeader.COMMAND);
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
            try {
                assertThrows(DeviceLostException.class, left::link);
                assertThrows(DeviceLostException.class, () -> left.awaitPackets(Flows.LONG));
            } finally {
                config.write16(PciHeader.COMMAND, command);
            }
            assertTrue(left.link().up());
        }
    }

    @Test
    final void packetsMakeNoGarbage() throws InterruptedException {
        try (NetworkPort left = PATIENT.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            Flows flows = new Flows(left, right, 4, false);
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
