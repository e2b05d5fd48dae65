// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.deviceaccess.backend.sim.Await;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.e1000e.E1000eTestPort;
import org.deviceaccess.backend.sim.virtio.VirtioTestPort;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Network cards of every kind at one wire: what crosses it, what holds a card up, and what can go wrong with one. */
@Timeout(60)
class WireTest {
    private static final String VIRTIO = "virtio-net";

    private final Devices devices = Devices.installed();
    private DeviceAccess leftDevice;
    private DeviceAccess rightDevice;
    private TestPort left;
    private TestPort right;

    private static String address(String kind, int number) {
        return "sim:" + kind + "?latency=0&wire=a&mac=02:00:00:00:00:0" + number;
    }

    private static TestPort port(DeviceAccess device, String kind) {
        return kind.equals(VIRTIO) ? new VirtioTestPort(device) : new E1000eTestPort(device);
    }

    private void open(String leftKind, String rightKind) {
        leftDevice = devices.access(address(leftKind, 1));
        rightDevice = devices.access(address(rightKind, 2));
        left = port(leftDevice, leftKind);
        right = port(rightDevice, rightKind);
        left.start();
        right.start();
    }

    @AfterEach
    void close() {
        for (DeviceAccess device : List.of(leftDevice, rightDevice)) {
            if (device.isOpen()) {
                Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
                device.close();
                assertEquals(List.of(), simulation.dmaFaults());
                assertEquals(List.of(), simulation.deviceFaults());
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        Await.until("it never comes", condition);
    }

    private static int next(TestPort port) {
        int[] number = {-1};
        await(() -> (number[0] = port.receive()) >= 0);
        return number[0];
    }

    private static CardFaults faults(DeviceAccess device) {
        return device.unwrap(CardFaults.class).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"e1000e,e1000e", "virtio-net,virtio-net", "e1000e,virtio-net", "virtio-net,e1000e"})
    void packetsCrossBothWaysInOrder(String leftKind, String rightKind) {
        open(leftKind, rightKind);
        assertTrue(left.isUp() && right.isUp());
        int there = 0;
        int back = 0;
        for (int sent = 0; sent < 1000; sent += TestPort.DEPTH) {
            await(() -> left.underWay() == 0 && right.underWay() == 0);
            for (int i = 0; i < TestPort.DEPTH; i++) {
                left.send(sent + i, 60 + i);
                right.send(sent + i, 1500 - i);
            }
            for (int i = 0; i < TestPort.DEPTH; i++) {
                assertEquals(there++, next(right));
                assertEquals(back++, next(left));
            }
        }
        assertEquals(-1, left.receive(), "nobody hears itself");
    }

    @ParameterizedTest
    @CsvSource({"e1000e,virtio-net", "virtio-net,e1000e", "virtio-net,virtio-net"})
    void whatIsSentWaitsForTheOtherCard(String leftKind, String rightKind) {
        open(leftKind, rightKind);
        rightDevice.close();
        assertFalse(left.isUp());
        left.send(5, 60);
        left.send(6, 60);
        assertEquals(2, left.underWay());
        rightDevice = devices.access(address(rightKind, 2));
        assertTrue(left.isUp());
        await(() -> left.underWay() == 0);
        right = port(rightDevice, rightKind);
        right.start();
        left.send(7, 60);
        await(() -> left.underWay() == 0);
        assertTrue(next(right) >= 5);
    }

    @ParameterizedTest
    @CsvSource({"e1000e,virtio-net", "virtio-net,e1000e", "virtio-net,virtio-net"})
    void aCableThatIsPulledIsSeenAtBothEnds(String leftKind, String rightKind) {
        open(leftKind, rightKind);
        faults(rightDevice).unplug(true);
        assertFalse(left.isUp());
        assertFalse(right.isUp());
        left.send(5, 60);
        assertEquals(1, left.underWay());
        faults(rightDevice).unplug(false);
        assertTrue(left.isUp() && right.isUp());
        assertEquals(5, next(right));
        await(() -> left.underWay() == 0);
    }

    @ParameterizedTest
    @CsvSource({"e1000e,virtio-net", "virtio-net,e1000e"})
    void aWireHasTwoEndsForCardsOfAnyKind(String leftKind, String rightKind) {
        open(leftKind, rightKind);
        for (String kind : List.of("e1000e", VIRTIO)) {
            assertThrows(DeviceBusyException.class, () -> devices.access(address(kind, 3)));
        }
        try (DeviceAccess stranger = Devices.open(address(VIRTIO, 3))) {
            TestPort alone = new VirtioTestPort(stranger);
            alone.start();
            assertFalse(alone.isUp(), "the wires of other Devices are others");
        }
    }

    @ParameterizedTest
    @CsvSource({"e1000e,virtio-net", "virtio-net,e1000e"})
    void aCardThatHangsHoldsTheOtherUp(String leftKind, String rightKind) {
        open(leftKind, rightKind);
        Simulation simulation = rightDevice.unwrap(Simulation.class).orElseThrow();
        simulation.hang();
        int sent = 0;
        long quiet = System.nanoTime();
        while (System.nanoTime() - quiet < 100_000_000L) {
            if (left.underWay() == 0) {
                left.send(sent++, 60);
                quiet = System.nanoTime();
            }
        }
        assertEquals(65, sent, "64 are in the wire");
        rightDevice.reset();
        right.start();
        await(() -> left.underWay() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"e1000e", VIRTIO})
    void aTransmitterHangsUntilTheCardIsReset(String kind) throws InterruptedException {
        open(kind, kind);
        faults(leftDevice).hangTransmitter();
        left.send(1, 60);
        Thread.sleep(20);
        assertEquals(1, left.underWay());
        right.send(2, 60);
        assertEquals(2, next(left), "it still receives");
        left.start();
        left.send(3, 60);
        assertEquals(3, next(right));
        await(() -> left.underWay() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"e1000e", VIRTIO})
    void aReceiverHangsUntilTheCardIsReset(String kind) throws InterruptedException {
        open(kind, kind);
        faults(rightDevice).hangReceiver();
        left.send(1, 60);
        await(() -> left.underWay() == 0);
        Thread.sleep(20);
        assertEquals(-1, right.receive());
        right.start();
        left.send(2, 60);
        assertEquals(2, next(right));
    }

    @ParameterizedTest
    @ValueSource(strings = {"e1000e", VIRTIO})
    void aTransmitterThatIsBrokenIsNotHealedByAReset(String kind) throws InterruptedException {
        open(kind, kind);
        faults(leftDevice).outlastResets(true);
        faults(leftDevice).hangTransmitter();
        left.start();
        left.send(1, 60);
        leftDevice.reset();
        left.start();
        left.send(1, 60);
        Thread.sleep(20);
        assertEquals(1, left.underWay());
        faults(leftDevice).outlastResets(false);
        left.start();
        left.send(2, 60);
        assertEquals(2, next(right));
    }
}
