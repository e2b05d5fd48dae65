// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.drivers.support.Leftovers;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The driver on a simulated card whose cable is plugged into itself, which does what it should or does not. */
@Timeout(60)
class NetworkOnSimTest {
    private static final MacAddress STRANGER = MacAddress.parse("52:54:00:00:00:99");
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:fb");
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final long EVENT_IDX = 1L << 29;
    private static final long CTRL_RX = 1L << 18;
    private static final long MAC = 1L << 5;
    private static final long STATUS = 1L << 16;

    private DeviceAccess device;
    private Simulation simulation;
    private VirtioFaults faults;

    @BeforeEach
    void open() {
        open("sim:virtio-net?latency=0");
    }

    private void open(String address) {
        device = Devices.open(address);
        simulation = device.unwrap(Simulation.class).orElseThrow();
        faults = device.unwrap(VirtioFaults.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private VirtioPort attach() {
        return attach(Flows.LONG);
    }

    private VirtioPort attachHasty() {
        return attach(Duration.ofMillis(100));
    }

    private VirtioPort attach(Duration timeout) {
        return new VirtioNetworkDriverProvider().withTimeout(timeout).attach(device);
    }

    @ParameterizedTest
    @CsvSource({"msix, 0, false", "msix, 0, true", "line, 0, true", "msix, 536870912, true", "line, 536870912, true"})
    void packetsCrossOnceInOrderAndWhole(String interrupts, long withheld, boolean sleeping)
            throws InterruptedException {
        device.close();
        open("sim:virtio-net?latency=0&interrupts=" + interrupts);
        faults.withhold(withheld);
        assertEquals(EVENT_IDX, 536870912);
        try (NetworkPort port = Drivers.installed().attach(device, NetworkPort.class)) {
            Flows flows = new Flows(port, port, 8, sleeping);
            flows.run(sleeping ? 20_000 : 100_000, Flows.LONG);
            assertEquals(sleeping ? 20_000 : 100_000, flows.received());
            assertEquals(flows.received(), port.statistics().sentPackets());
            assertEquals(flows.received(), port.statistics().receivedPackets());
            assertEquals(port.statistics().sentBytes(), port.statistics().receivedBytes());
            assertEquals(0, port.underWay());
        }
        Leftovers.assertNone(device);
    }

    @Test
    void thePortKnowsItselfAndItsLink() {
        try (VirtioPort port = attach()) {
            assertEquals(MacAddress.parse("02:00:00:00:00:02"), port.mac());
            assertEquals(new LinkState(true, 0, true), port.link());
            assertEquals(1518, port.maxPacketLength());
            assertEquals(2048 - 64, port.pool().bufferSize());
            faults.unplug(true);
            assertEquals(LinkState.DOWN, port.link());
            faults.unplug(false);
            assertTrue(port.link().up());
        }
    }

    @Test
    void whatTheDeviceDoesNotTellIsMadeUp() {
        faults.withhold(MAC | STATUS);
        Set<MacAddress> addresses = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            try (VirtioPort port = attach()) {
                addresses.add(port.mac());
                assertFalse(port.mac().isMulticast());
                assertEquals(2, port.mac().octet(0) & 2, "locally administered");
                assertTrue(port.link().up());
            }
        }
        assertEquals(3, addresses.size());
    }

    @Test
    void aPacketForAnotherIsReceivedOnlyOnDemand() throws InterruptedException {
        try (VirtioPort port = attach()) {
            assertEquals(1, arrivals(port, port.mac()));
            assertEquals(1, arrivals(port, MacAddress.BROADCAST));
            assertEquals(0, arrivals(port, STRANGER));
            assertEquals(0, arrivals(port, GROUP));
            port.setFilter(ReceiveFilter.groups(GROUP));
            assertEquals(1, arrivals(port, GROUP));
            assertEquals(0, arrivals(port, MacAddress.parse("01:00:5e:00:00:fc")));
            port.setFilter(new ReceiveFilter(false, true, Set.of()));
            assertEquals(1, arrivals(port, MacAddress.parse("01:00:5e:00:00:fc")));
            assertEquals(0, arrivals(port, STRANGER));
            port.setFilter(ReceiveFilter.ALL);
            assertEquals(1, arrivals(port, STRANGER));
            port.setFilter(ReceiveFilter.OWN);
            assertEquals(0, arrivals(port, GROUP));
            Set<MacAddress> many = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                many.add(new MacAddress(GROUP.bits() + i));
            }
            port.setFilter(new ReceiveFilter(false, false, many));
            assertEquals(1, arrivals(port, new MacAddress(GROUP.bits() + 299)));
        }
        Leftovers.assertNone(device);
    }

    private static int arrivals(VirtioPort port, MacAddress destination) throws InterruptedException {
        Flows.sendOne(port, destination, 100, 1);
        PacketBatch batch = port.pool().batch(4);
        int count = port.awaitPackets(SHORT) ? port.receive(batch) : 0;
        batch.giveBack();
        return count;
    }

    @Test
    void withoutFiltersThePortSaysSo() throws InterruptedException {
        faults.withhold(CTRL_RX);
        try (VirtioPort port = attach()) {
            assertEquals(1, arrivals(port, STRANGER));
            UnsupportedCapabilityException error =
                    assertThrows(UnsupportedCapabilityException.class, () -> port.setFilter(ReceiveFilter.OWN));
            assertTrue(error.getMessage().contains("VIRTIO_NET_F_CTRL_RX"), error.getMessage());
        }
    }

    @Test
    void lengthsThatCannotBeAreFaultsAndTheRestArrives() throws InterruptedException {
        try (VirtioPort port = attach()) {
            int available = port.pool().available();
            for (int length : new int[] {0, 12, 12 + 13, 12 + 1519, -1}) {
                faults.useLength(length);
                Flows.sendOne(port, port.mac(), 200, 3);
                assertTrue(port.awaitPackets(Flows.LONG));
                PacketBatch batch = port.pool().batch(4);
                assertThrows(DeviceFaultException.class, () -> port.receive(batch), () -> "length " + length);
                assertEquals(1, arrivals(port, port.mac()));
            }
            assertEquals(5, port.statistics().receiveErrors());
            port.underWay();
            assertEquals(available, port.pool().available(), "no buffer is lost");
        }
    }

    @Test
    void whatCameBeforeAStrangePacketIsGivenFirst() throws InterruptedException {
        device.close();
        open("sim:virtio-net?latency=2000");
        try (VirtioPort port = attach()) {
            Flows.sendOne(port, port.mac(), 200, 3);
            Flows.sendOne(port, port.mac(), 200, 4);
            Flows.sendOne(port, port.mac(), 200, 5);
            faults.useLength(60);
            faults.useImpossibleId();
            Thread.sleep(50);
            PacketBatch batch = port.pool().batch(8);
            assertEquals(1, port.receive(batch));
            assertTrue(port.awaitPackets(Duration.ZERO), "what is wrong is worth looking at");
            assertThrows(DeviceFaultException.class, () -> port.receive(batch));
            assertEquals(1, port.receive(batch));
            assertEquals(48, batch.length(0));
            batch.giveBack();
        }
    }

    @Test
    void aDeviceThatNeedsAResetGetsIt() throws InterruptedException {
        try (VirtioPort port = attach()) {
            port.setFilter(ReceiveFilter.ALL);
            faults.needReset();
            assertTrue(port.link().up());
            assertEquals(1, arrivals(port, STRANGER), "with the filter that it had");
            faults.needReset();
            assertFalse(port.awaitPackets(SHORT));
            assertEquals(1, arrivals(port, port.mac()));
        }
        Leftovers.assertNone(device);
    }

    @Test
    void aDeviceThatUsesWhatItDoesNotHaveIsReset() throws InterruptedException {
        try (VirtioPort port = attach()) {
            for (int round = 0; round < 2000; round++) {
                faults.useImpossibleId();
                Flows.sendOne(port, port.mac(), 200, 3);
                assertThrows(DeviceFaultException.class, () -> {
                    while (true) {
                        port.awaitPackets(SHORT);
                        port.receive(port.pool().batch(1));
                        port.underWay();
                    }
                });
                assertTrue(port.link().up());
                assertEquals(1024 - 256, port.pool().available(), "no buffer is lost");
            }
            assertEquals(1, arrivals(port, port.mac()));
        }
    }

    @Test
    void aCardThatIsGoneIsLost() {
        VirtioPort port = attach();
        PacketBatch batch = port.pool().batch(4);
        simulation.override(RegionId.bar(4), (offset, width, honest) -> -1);
        assertThrows(DeviceLostException.class, () -> {
            for (int i = 0; i < 1 << 13; i++) {
                port.receive(batch);
            }
        });
        assertThrows(DeviceLostException.class, () -> port.awaitPackets(Flows.LONG));
        port.close();
    }

    @Test
    void commandsThatFailLeaveNothingBehind() {
        faults.fail(1);
        assertThrows(CommandFailedException.class, this::attachHasty);
        assertEquals(0, simulation.mappings());
        faults.lose();
        assertThrows(DeviceTimeoutException.class, this::attachHasty);
        assertEquals(0, simulation.mappings());
        try (VirtioPort port = attachHasty()) {
            faults.fail(1);
            assertThrows(CommandFailedException.class, () -> port.setFilter(ReceiveFilter.ALL));
            port.setFilter(ReceiveFilter.ALL);
            faults.lose();
            assertThrows(DeviceTimeoutException.class, () -> port.setFilter(ReceiveFilter.ALL));
            port.setFilter(ReceiveFilter.ALL);
            assertEquals(1024 - 256, port.pool().available(), "a reset gave all buffers back");
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void aResetThatDoesNotEndKeepsTheMemory() {
        VirtioPort port = attachHasty();
        faults.neverFinishReset(true);
        assertThrows(DeviceTimeoutException.class, port::close);
        assertTrue(simulation.mappings() > 0, "memory that the device may use is not given back");
        port.close();
    }
}
