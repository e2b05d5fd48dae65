// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver does on the two cards that QEMU emulates back to back, over each backend the same. */
@Timeout(240)
abstract class NetworkGuestScenarios {
    private static final MacAddress STRANGER = MacAddress.parse("52:54:00:00:00:99");
    private static final long MANY = 100_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final String prefix;
    private final String options;
    private DeviceAccess leftDevice;
    private DeviceAccess rightDevice;
    private VirtioPort left;
    private VirtioPort right;

    NetworkGuestScenarios(String prefix, String options) {
        this.prefix = prefix;
        this.options = options;
    }

    @BeforeEach
    final void open() {
        VirtioNetworkDriverProvider driver = new VirtioNetworkDriverProvider().withTimeout(Duration.ofSeconds(30));
        leftDevice = Devices.open(prefix + "0000:00:18.0" + options);
        rightDevice = Devices.open(prefix + "0000:00:19.0" + options);
        left = driver.attach(leftDevice);
        right = driver.attach(rightDevice);
    }

    @AfterEach
    final void close() {
        left.close();
        right.close();
        leftDevice.close();
        rightDevice.close();
    }

    @Test
    final void packetsCrossOnceInOrderAndWhole() throws InterruptedException {
        assertEquals(MacAddress.parse("52:54:00:00:00:18"), left.mac());
        assertEquals(MacAddress.parse("52:54:00:00:00:19"), right.mac());
        assertEquals(new LinkState(true, 0, true), left.link());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Flows flows = new Flows(left, right, 8, false);
        flows.run(MANY / 2, LIMIT);
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        for (int part = 0; part < 10; part++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            flows.run(MANY / 20, LIMIT);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println(prefix + " " + MANY / 2 + " packets crossed in " + millis + " ms");
        assertEquals(MANY, flows.received());
        assertEquals(MANY, left.statistics().sentPackets());
        assertEquals(MANY, right.statistics().receivedPackets());
        assertEquals(0, right.statistics().receiveErrors());
        assertEquals(0, least, "bytes of garbage in " + MANY / 20 + " packets");
    }

    @Test
    final void whoeverReceivesSleepsUntilPacketsArrive() throws InterruptedException {
        Flows there = new Flows(left, right, 2, true);
        Flows back = new Flows(right, left, 2, true);
        for (int round = 0; round < 4; round++) {
            there.run(25, Flows.LONG);
            back.run(25, Flows.LONG);
        }
        assertEquals(100, there.received());
        assertEquals(100, back.received());
        assertFalse(right.awaitPackets(Duration.ofMillis(50)));
    }

    @Test
    final void aPacketForAnotherIsReceivedOnlyOnDemand() throws InterruptedException {
        assertEquals(0, arrivals(STRANGER));
        right.setFilter(ReceiveFilter.ALL);
        assertEquals(1, arrivals(STRANGER));
        MacAddress group = MacAddress.parse("01:00:5e:00:00:fb");
        right.setFilter(ReceiveFilter.OWN);
        assertEquals(0, arrivals(group));
        right.setFilter(ReceiveFilter.groups(group));
        assertEquals(1, arrivals(group));
    }

    /** Sends a packet to a station and one to the port itself, and returns how many of the first arrive. */
    private int arrivals(MacAddress destination) throws InterruptedException {
        Flows.sendOne(left, destination, 100, 1);
        Flows.sendOne(left, right.mac(), 200, 2);
        PacketBatch batch = right.pool().batch(4);
        int others = 0;
        for (boolean last = false; !last; ) {
            assertTrue(right.awaitPackets(Flows.LONG), "packets are on the way");
            right.receive(batch);
            for (int i = 0; i < batch.size(); i++) {
                last |= batch.length(i) == 200;
                others += batch.length(i) == 100 ? 1 : 0;
            }
            batch.giveBack();
        }
        return others;
    }
}
