// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.deviceaccess.backend.sim.ReadOverride;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.e1000e.E1000eFaults;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a card that does not do what it should: typed errors, no hang, and nothing lost for good. */
@Timeout(60)
class E1000eFaultsTest {
    private DeviceAccess device;
    private Simulation simulation;
    private E1000eFaults faults;

    @BeforeEach
    void open() {
        device = Devices.open("sim:e1000e?latency=0");
        simulation = device.unwrap(Simulation.class).orElseThrow();
        faults = device.unwrap(E1000eFaults.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private E1000ePort attach() {
        return attach(Flows.LONG);
    }

    private E1000ePort attachHasty() {
        return attach(Duration.ofMillis(100));
    }

    private E1000ePort attach(Duration timeout) {
        return new E1000eDriverProvider().withTimeout(timeout).attach(device);
    }

    private void allOnes() {
        simulation.override(RegionId.BAR0, (offset, width, honest) -> -1);
    }

    private static void awaitSent(E1000ePort port) {
        while (port.underWay() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Receives all free buffers' worth of a pattern around what a lying device does. */
    private void assertRefusesPacket(Runnable lie) throws InterruptedException {
        try (E1000ePort port = attach()) {
            PacketBatch others = port.pool().batch(1024);
            port.pool().take(others, 700);
            for (int i = 0; i < others.size(); i++) {
                others.memory(i).fill((byte) 0x5a);
            }
            Flows.sendOne(port, port.mac(), 100, 1);
            awaitSent(port);
            lie.run();
            Flows.sendOne(port, port.mac(), 100, 2);
            Flows.sendOne(port, port.mac(), 100, 3);
            awaitSent(port);
            PacketBatch batch = port.pool().batch(8);
            assertEquals(1, port.receive(batch), "what came before is sound");
            DeviceFaultException error = assertThrows(DeviceFaultException.class, () -> port.receive(batch));
            assertTrue(error.getMessage().contains("receive a packet of sim:e1000e"), error.getMessage());
            assertEquals(1, batch.size());
            assertEquals(1, port.receive(batch), "what came behind is sound");
            assertEquals(1, batch.memory(0).get(ValueLayout.JAVA_BYTE, 50));
            assertEquals(3, batch.memory(1).get(ValueLayout.JAVA_BYTE, 50));
            batch.giveBack();
            byte[] untouched = new byte[2048];
            Arrays.fill(untouched, (byte) 0x5a);
            for (int i = 0; i < others.size(); i++) {
                assertEquals(-1, others.memory(i).mismatch(MemorySegment.ofArray(untouched)));
            }
            others.giveBack();
            assertEquals(0, port.receive(batch), "nothing arrives, so that the receive ring is filled");
            assertEquals(1024 - 255, port.pool().available(), "no buffer is lost");
            new Flows(port, port, 2, true).run(1000, Flows.LONG);
        }
        assertEquals(List.of(), simulation.dmaFaults());
        assertEquals(0, simulation.mappings());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1519, 2048, 2049, 65_535})
    void aLengthThatCannotBeIsRefused(int length) throws InterruptedException {
        assertRefusesPacket(() -> faults.stateLength(length));
    }

    @Test
    void aPacketWithoutEndIsRefused() throws InterruptedException {
        assertRefusesPacket(() -> faults.omitEndOfPacket());
    }

    @Test
    void aDamagedPacketIsDroppedAndCounted() throws InterruptedException {
        try (E1000ePort port = attach()) {
            faults.damageFrame();
            Flows.sendOne(port, port.mac(), 100, 1);
            Flows.sendOne(port, port.mac(), 100, 2);
            awaitSent(port);
            PacketBatch batch = port.pool().batch(8);
            assertTrue(port.awaitPackets(Flows.LONG));
            assertEquals(1, port.receive(batch));
            assertEquals(2, batch.memory(0).get(ValueLayout.JAVA_BYTE, 50));
            assertEquals(1, port.statistics().receiveErrors());
            assertEquals(1, port.statistics().receivedPackets());
        }
    }

    @Test
    void aDeviceThatIsGoneIsLost() {
        allOnes();
        assertThrows(DeviceLostException.class, this::attach);
        assertEquals(0, simulation.mappings());
        simulation.override(RegionId.BAR0, ReadOverride.NONE);
        try (E1000ePort port = attach()) {
            PacketBatch batch = port.pool().batch(1);
            allOnes();
            Executable[] uses = {
                port::link,
                port::statistics,
                () -> port.awaitPackets(Flows.LONG),
                () -> port.setFilter(ReceiveFilter.ALL),
                () -> {
                    for (int polls = 0; polls <= 4096; polls++) {
                        port.receive(batch);
                    }
                }
            };
            for (Executable use : uses) {
                assertThrows(DeviceLostException.class, use);
            }
        }
        assertEquals(2, simulation.mappings(), "memory that the device may use is kept");
    }

    @Test
    void aDeviceThatIsPulledOutIsLost() throws InterruptedException {
        E1000ePort port = attach();
        Flows flows = new Flows(port, port, 2, true);
        flows.run(500, Flows.LONG);
        simulation.remove();
        assertThrows(DeviceLostException.class, () -> flows.run(500, Flows.LONG));
        assertThrows(DeviceLostException.class, () -> port.awaitPackets(Flows.LONG));
        port.close();
        device.close();
        assertEquals(0, simulation.mappings());
    }

    @Test
    void anEepromThatIsSpoiltIsRefused() {
        faults.corruptEeprom();
        MalformedDeviceException error = assertThrows(MalformedDeviceException.class, this::attach);
        assertTrue(error.getMessage().contains("instead of 0xbaba"), error.getMessage());
        assertEquals(0, simulation.mappings());
    }

    @Test
    void anEepromThatIsSilentTimesOut() {
        faults.silenceEeprom();
        DeviceTimeoutException error = assertThrows(DeviceTimeoutException.class, this::attachHasty);
        assertTrue(error.getMessage().contains("EERD is still"), error.getMessage());
        assertEquals(0, simulation.mappings());
    }

    @Test
    void aResetThatNeverEndsKeepsTheMemory() {
        faults.neverFinishReset(true);
        assertThrows(DeviceTimeoutException.class, this::attachHasty);
        assertEquals(0, simulation.mappings());
        faults.neverFinishReset(false);
        E1000ePort port = attachHasty();
        faults.neverFinishReset(true);
        assertThrows(DeviceTimeoutException.class, port::close);
        assertEquals(2, simulation.mappings(), "memory that the device may use is kept");
        port.close();
        device.close();
        assertEquals(0, simulation.mappings());
    }

    @Test
    void transfersThatNeverEndAreResetAway() throws InterruptedException {
        faults.neverFinishTransfers();
        try (E1000ePort port = attachHasty()) {
            new Flows(port, port, 2, true).run(100, Flows.LONG);
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void theCableIsPulledInMidStream() throws InterruptedException {
        try (E1000ePort port = attach()) {
            Flows flows = new Flows(port, port, 3, false);
            flows.run(1000, Flows.LONG);
            faults.unplug(true);
            assertEquals(LinkState.DOWN, port.link());
            for (int i = 0; i < 100; i++) {
                flows.step(2000);
            }
            assertEquals(1000, flows.received(), "nothing crosses");
            faults.unplug(false);
            assertTrue(port.link().up());
            while (flows.received() < 2000) {
                flows.step(2000);
            }
            assertEquals(2000, port.statistics().receivedPackets());
        }
    }

    @Test
    void aDeviceThatHangsSendsNothingAndIsClosed() throws InterruptedException {
        E1000ePort port = attach();
        simulation.hang();
        Flows.sendOne(port, port.mac(), 100, 1);
        assertFalse(port.awaitPackets(Duration.ofMillis(20)));
        assertEquals(1, port.underWay());
        port.close();
        assertEquals(0, simulation.mappings());
    }

    @Test
    void aLostInterruptCostsTimeAndNoPacket() throws InterruptedException {
        try (E1000ePort port = attach()) {
            simulation.loseInterrupts(true);
            Flows flows = new Flows(port, port, 1, true);
            flows.run(3, Flows.LONG);
            assertEquals(3, flows.received());
        }
    }
}
