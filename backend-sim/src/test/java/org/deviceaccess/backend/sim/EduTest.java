// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The model against docs/specs/edu.rst of QEMU. */
class EduTest {
    private static final int ALL_ONES = -1;

    private final DeviceAccess device = Sim.open("edu");
    private final Region bar = device.region(RegionId.BAR0);
    private final Simulation simulation = device.unwrap(Simulation.class).orElseThrow();

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void identifiesItselfAsQemuDoes() {
        assertEquals(0x010000ed, bar.read32(0));
        assertEquals(1 << 20, bar.size());
        var id = PciHeader.readId(device.region(RegionId.CONFIG));
        assertTrue(id.is(0x1234, 0x11e8));
        assertEquals(0x10, id.revision());
        assertEquals(0x00ff00, id.classCode());
        assertEquals(id, device.identity().pci());
    }

    @Test
    void livenessInverts() {
        assertEquals(0, bar.read32(4));
        bar.write32(4, 0x12345678);
        assertEquals(~0x12345678, bar.read32(4));
    }

    @Test
    void registersThatAreNotThereReadAllOnesAndIgnoreWrites() {
        bar.write32(0x0c, 5);
        bar.write32(0, 5);
        assertEquals(ALL_ONES, bar.read32(0x0c));
        assertEquals(0x010000ed, bar.read32(0));
        assertEquals(ALL_ONES, bar.read32(0x60), "write-only");
        assertEquals(ALL_ONES, bar.read32(0x84), "the upper half of a 64-bit register");
        assertEquals(ALL_ONES, bar.read32(0x40000), "the buffer is reached by DMA only");
        assertEquals(-1L, bar.read64(0), "64 bits below 0x80");
        bar.write64(0, -1);
        bar.write64(0x80, 0x123456789aL);
        assertEquals(0x123456789aL, bar.read64(0x80));
        assertEquals(0x3456789a, bar.read32(0x80));
        bar.write32(0x80, -1);
        assertEquals(0xffffffffL, bar.read64(0x80), "a 32-bit write replaces the whole register");
    }

    @Test
    void computesFactorialsModulo32Bits() {
        for (int n : new int[] {0, 1, 5, 12, 13, 33, 34, 1000, -1}) {
            int expected = 1;
            for (int i = 2; i <= Math.min(n & 0x7fffffff, 40); i++) {
                expected *= i;
            }
            bar.write32(0x08, n);
            awaitClear(0x20, 0x01);
            assertEquals(expected, bar.read32(0x08), n + "!");
        }
    }

    @Test
    void isBusyUntilTheFactorialIsDoneAndIgnoresAnotherOneMeanwhile() {
        try (DeviceAccess slow = Sim.open("edu", Map.of("latency", "200000"))) {
            Region registers = slow.region(RegionId.BAR0);
            registers.write32(0x08, 5);
            assertEquals(0x01, registers.read32(0x20));
            assertEquals(5, registers.read32(0x08));
            registers.write32(0x08, 7);
            long end = System.nanoTime() + 10_000_000_000L;
            while (registers.read32(0x20) != 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertEquals(120, registers.read32(0x08));
        }
    }

    @Test
    void statusKeepsTheInterruptBitOnly() {
        bar.write32(0x20, -1);
        assertEquals(0x80, bar.read32(0x20));
        bar.write32(0x20, 0);
        assertEquals(0, bar.read32(0x20));
    }

    @Test
    void raisesAndLowersInterruptsByMessage() throws InterruptedException {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            InterruptVector vector = msi.vector(0);
            bar.write32(0x60, 0x5);
            bar.write32(0x60, 0x2);
            assertEquals(2, vector.await(Duration.ofSeconds(5)));
            assertEquals(0x7, bar.read32(0x24));
            bar.write32(0x64, 0x3);
            assertEquals(0x4, bar.read32(0x24));
            bar.write32(0x64, -1);
            assertEquals(0, vector.poll());
            bar.write32(0x60, 0);
            assertEquals(0, vector.poll(), "nothing raised, nothing sent");
            bar.write32(0x20, 0x80);
            bar.write32(0x08, 5);
            assertEquals(1, vector.await(Duration.ofSeconds(5)));
            assertEquals(1, bar.read32(0x24));
            assertEquals(120, bar.read32(0x08));
        }
    }

    @Test
    void copiesBothWaysByDma() throws InterruptedException {
        try (DmaBuffer buffer = device.dma().allocate(8192, DmaConstraints.addressBits(28));
                Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            MemorySegment memory = buffer.memory();
            for (int i = 0; i < 4096; i++) {
                memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7));
            }
            transfer(buffer.deviceAddress(), 0x40000, 4096, 1 | 4);
            assertEquals(1, msi.vector(0).await(Duration.ofSeconds(5)));
            assertEquals(0x100, bar.read32(0x24));
            assertEquals(4, bar.read64(0x98), "the run bit is clear");
            bar.write32(0x64, 0x100);
            transfer(0x40000 + 96, buffer.deviceAddress(4096), 4000, 3);
            awaitClear(0x98, 1);
            assertEquals(-1, memory.asSlice(4096, 4000).mismatch(memory.asSlice(96, 4000)));
            assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 4096 + 4000));
            assertEquals(0, msi.vector(0).poll(), "no interrupt was asked for");
        }
        assertEquals(0, simulation.dmaFaultCount());
    }

    @Test
    void dropsAddressBitsBeyondItsMask() {
        try (DmaBuffer buffer = device.dma().allocate(4096, DmaConstraints.addressBits(28))) {
            buffer.memory().set(ValueLayout.JAVA_INT, 0, 42);
            transfer(buffer.deviceAddress() | 1L << 30, 0x40000, 4, 1);
            awaitClear(0x98, 1);
            transfer(0x40000, buffer.deviceAddress(8), 4, 3);
            awaitClear(0x98, 1);
            assertEquals(42, buffer.memory().get(ValueLayout.JAVA_INT, 8));
        }
        try (DeviceAccess wide = Sim.open("edu", Map.of("dma-mask", "0xffffffffffffffff"));
                DmaBuffer buffer = wide.dma().allocate(4096, DmaConstraints.NONE)) {
            assertTrue(buffer.deviceAddress() > 1L << 32, "high addresses are taken first");
            Region registers = wide.region(RegionId.BAR0);
            registers.write64(0x80, 0x40000);
            registers.write64(0x88, buffer.deviceAddress());
            registers.write64(0x90, 8);
            buffer.memory().set(ValueLayout.JAVA_LONG, 0, -1);
            registers.write64(0x98, 3);
            while ((registers.read64(0x98) & 1) != 0) {
                Thread.onSpinWait();
            }
            assertEquals(0, buffer.memory().get(ValueLayout.JAVA_LONG, 0));
        }
    }

    @Test
    void transferBeyondItsBufferIsAFaultAndAnErrorEvent() throws InterruptedException {
        try (DmaBuffer buffer = device.dma().allocate(8192, DmaConstraints.addressBits(28))) {
            long[][] wrong = {
                {0x40000, 4097}, {0x40001, 4096}, {0x3ffff, 1}, {0x41000, 1}, {0, 8}, {-1, 2}, {0x40000, -1}
            };
            for (long[] range : wrong) {
                simulation.clearFaults();
                transfer(buffer.deviceAddress(), range[0], range[1], 1);
                awaitClear(0x98, 1);
                assertEquals(1, simulation.deviceFaults().size(), Long.toHexString(range[0]));
                assertEquals(Optional.of(DeviceEvent.ERROR), device.events().await(Duration.ofSeconds(5)));
            }
            transfer(buffer.deviceAddress(), 0x41000, 0, 1);
            awaitClear(0x98, 1);
            assertEquals(1, simulation.deviceFaults().size(), "nothing at the very end is inside");
        }
        assertTrue(simulation.deviceFaults().get(0).what().contains("0x40000"));
    }

    @Test
    void registersOfTheTransferAreLockedWhileItRuns() {
        try (DeviceAccess slow = Sim.open("edu", Map.of("latency", "60000000"))) {
            Region registers = slow.region(RegionId.BAR0);
            registers.write64(0x80, 1);
            registers.write64(0x98, 2);
            assertEquals(0, registers.read64(0x98), "without the run bit nothing is taken");
            registers.write64(0x98, 1);
            registers.write64(0x80, 5);
            registers.write64(0x98, 3);
            assertEquals(1, registers.read64(0x80));
            assertEquals(1, registers.read64(0x98));
        }
    }

    @Test
    void resetGoesBackToPowerOn() {
        bar.write32(4, 0);
        bar.write32(0x20, 0x80);
        bar.write32(0x60, 1);
        bar.write64(0x80, 99);
        device.reset();
        assertEquals(0, bar.read32(4));
        assertEquals(0, bar.read32(0x20));
        assertEquals(0, bar.read32(0x24));
        assertEquals(0, bar.read64(0x80));
        assertFalse((device.region(RegionId.CONFIG).read16(PciHeader.STATUS) & PciHeader.STATUS_INTERRUPT) != 0);
    }

    private void transfer(long source, long destination, long count, int command) {
        bar.write64(0x80, source);
        bar.write64(0x88, destination);
        bar.write64(0x90, count);
        bar.write64(0x98, command);
    }

    private void awaitClear(long register, int bit) {
        long end = System.nanoTime() + 10_000_000_000L;
        while ((bar.read32(register) & bit) != 0) {
            assertTrue(System.nanoTime() < end, "still busy");
            Thread.onSpinWait();
        }
    }
}
