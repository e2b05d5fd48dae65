// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a whole simulated disk: found, attached, used, and left behind clean. */
@Timeout(60)
class NvmeOnSimTest {
    private static final String DISK = "sim:nvme?size=8M&latency=0";

    private static void assertLeftClean(DeviceAccess device) {
        Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
        assertEquals(0, simulation.mappings());
        assertEquals(List.of(), simulation.dmaFaults());
        assertEquals(List.of(), simulation.deviceFaults());
        assertEquals(0, device.region(RegionId.BAR0).read32(0x14) & 1, "the controller is disabled");
        assertEquals(0, device.region(RegionId.BAR0).read32(0x1c) & 1, "the controller is not ready");
    }

    @Test
    void anApplicationNeverNamesTheDriver() {
        try (DeviceAccess device = Devices.open(DISK)) {
            try (BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class);
                    DmaBuffer buffer = disk.allocate(4096)) {
                BlockGeometry geometry = disk.geometry();
                assertEquals(8 << 20, geometry.size());
                assertEquals(512, geometry.blockSize());
                assertEquals(256, geometry.maxTransferBlocks(), "128 KiB, as MDTS says");
                assertEquals(1023, geometry.maxQueueDepth());
                assertEquals(15, geometry.maxQueues());
                assertTrue(geometry.trim() && geometry.writeCache() && !geometry.readOnly());
                Exercise.fill(buffer.memory(), 4096, 1);
                disk.write(8, 8, buffer, 0);
                disk.flush();
                buffer.memory().fill((byte) 0);
                disk.read(8, 8, buffer, 0);
                Exercise.check(buffer.memory(), 4096, 1);
                disk.trim(8, 8);
                disk.read(8, 8, buffer, 0);
                assertEquals(-1, buffer.memory().mismatch(MemorySegment.ofArray(new byte[4096])), "trimmed");
            }
            assertLeftClean(device);
        }
    }

    @Test
    void tellsWhatTheDeviceIs() {
        try (DeviceAccess device = Devices.open(DISK);
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                DmaBuffer buffer = disk.allocate(4096)) {
            assertEquals("1.4.0", disk.version());
            assertEquals("SIM-0001", disk.identity().serialNumber());
            assertEquals("DeviceAccess simulated NVMe", disk.identity().model());
            assertEquals(List.of(1), disk.namespaces());
            assertEquals(1, disk.namespace());
            disk.read(0, 8, buffer, 0);
            Health health = disk.health();
            assertEquals(300, health.temperatureKelvin());
            assertEquals(1, health.hostReads().intValueExact());
            assertEquals(0, health.mediaErrors().signum());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6})
    void doorbellsLieWhereTheStrideSays(int stride) throws InterruptedException {
        try (DeviceAccess device = Devices.open(DISK + "&doorbell-stride=" + stride)) {
            try (NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class)) {
                Exercise.writeAndVerify(disk, Waiting.POLLING, 4, 0, 1000, 1);
            }
            assertLeftClean(device);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWholeDiskIsWrittenAndVerified(Waiting waiting) throws InterruptedException {
        try (DeviceAccess device = Devices.open(DISK)) {
            try (NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class)) {
                for (int depth : new int[] {1, 3, 32, disk.geometry().maxQueueDepth()}) {
                    Exercise.writeAndVerify(
                            disk, waiting, depth, 0, disk.geometry().blockCount(), depth);
                }
            }
            assertLeftClean(device);
        }
    }

    @Test
    void anyLengthGoesToAnyPlace() {
        try (DeviceAccess device = Devices.open(DISK)) {
            try (NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class)) {
                Exercise.transferAnyhow(disk);
            }
            assertLeftClean(device);
        }
    }

    @Test
    void queuesOfManyThreadsAreIndependent() throws Exception {
        try (DeviceAccess device = Devices.open(DISK)) {
            try (NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                    ExecutorService threads = Executors.newCachedThreadPool()) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    int part = i;
                    all.add(threads.submit(() -> {
                        Waiting waiting = Waiting.values()[part % 2];
                        Exercise.writeAndVerify(disk, waiting, 8, part * 2000L, 2000, part);
                        return part;
                    }));
                }
                all.add(threads.submit(() -> {
                    try (DmaBuffer buffer = disk.allocate(512)) {
                        for (int i = 0; i < 200; i++) {
                            Exercise.fill(buffer.memory(), i, i);
                            disk.write(12_000 + i, 1, buffer, 0);
                            disk.read(12_000 + i, 1, buffer, 0);
                            Exercise.check(buffer.memory(), i, i);
                        }
                    }
                    return 0;
                }));
                for (Future<?> each : all) {
                    each.get();
                }
            }
            assertLeftClean(device);
        }
    }

    @Test
    void aFullQueueSaysSo() throws InterruptedException {
        try (DeviceAccess device = Devices.open(DISK);
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                DmaBuffer buffer = disk.allocate(4096);
                BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
            assertTrue(queue.submitRead(0, 1, buffer, 0, 10));
            assertTrue(queue.submitFlush(11));
            assertFalse(queue.submitFlush(12));
            assertFalse(queue.submitTrim(0, 1, 13));
            assertFalse(queue.submitRead(0, 1, buffer, 0, 14));
            assertEquals(2, queue.underWay());
            List<Long> tokens = new ArrayList<>();
            while (queue.underWay() > 0) {
                queue.await(Exercise.LONG, (token, status, code) -> tokens.add(token));
            }
            assertEquals(List.of(10L, 11L), tokens);
            assertEquals(0, queue.await(Duration.ofMillis(1), (token, status, code) -> tokens.add(token)));
        }
    }

    @Test
    void queuesRunOut() {
        try (DeviceAccess device = Devices.open(DISK);
                NvmeDevice disk = new NvmeDriverProvider().withQueues(3).attach(device)) {
            assertEquals(2, disk.geometry().maxQueues());
            BlockQueue first = disk.openQueue(1, Waiting.POLLING);
            disk.openQueue(1, Waiting.INTERRUPT);
            assertThrows(DeviceBusyException.class, () -> disk.openQueue(1, Waiting.POLLING));
            first.close();
            first.close();
            disk.openQueue(1, Waiting.INTERRUPT).close();
            assertThrows(IllegalStateException.class, () -> first.submitFlush(0));
        }
    }

    @Test
    void whatIsWrongWithARequestIsToldBeforeTheDeviceSeesIt() {
        try (DeviceAccess device = Devices.open(DISK);
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                DmaBuffer buffer = disk.allocate(1 << 20);
                DmaBuffer readOnly =
                        device.dma().allocate(4096, disk.bufferConstraints().withDirection(DmaDirection.TO_DEVICE));
                BlockQueue queue = disk.openQueue(4, Waiting.POLLING)) {
            long blocks = disk.geometry().blockCount();
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(blocks, 1, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.write(blocks - 1, 2, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(-1, 1, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(0, 1, buffer, (1 << 20) - 511));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.trim(blocks - 1, 2));
            assertThrows(IllegalArgumentException.class, () -> disk.read(0, 1, buffer, 2));
            assertThrows(IllegalArgumentException.class, () -> queue.submitRead(0, 257, buffer, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> queue.submitRead(0, 0, buffer, 0, 0));
            assertThrows(DmaConstraintException.class, () -> disk.read(0, 1, readOnly, 0));
            assertThrows(IllegalArgumentException.class, () -> disk.openQueue(0, Waiting.POLLING));
            assertThrows(IllegalArgumentException.class, () -> disk.openQueue(1024, Waiting.POLLING));
            assertEquals(0, queue.underWay());
            disk.write(0, 8, readOnly, 0);
            assertEquals(0, disk.health().hostReads().signum(), "the device has seen none of them");
        }
    }

    @Test
    void aBufferAtAnOddAddressWillDo() {
        try (DeviceAccess device = Devices.open(DISK);
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                DmaBuffer buffer = device.dma().allocate(64 << 10, DmaConstraints.NONE)) {
            Exercise.fill(buffer.memory(), 0, 9);
            disk.write(0, 128, buffer, 0);
            buffer.memory().fill((byte) 0);
            disk.read(0, 128, buffer, 0);
            Exercise.check(buffer.memory(), 0, 9);
        }
    }

    @Test
    void closingStopsWhatIsUnderWay() {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=1000")) {
            NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
            DmaBuffer buffer = disk.allocate(64 << 10);
            BlockQueue queue = disk.openQueue(16, Waiting.POLLING);
            BlockQueue other = disk.openQueue(16, Waiting.INTERRUPT);
            for (int i = 0; i < 16; i++) {
                queue.submitRead(i, 8, buffer, i * 4096L, i);
                other.submitRead(i, 8, buffer, i * 4096L, i);
            }
            queue.start();
            other.start();
            queue.close();
            disk.close();
            disk.close();
            buffer.close();
            assertThrows(IllegalStateException.class, () -> other.poll((token, status, code) -> {}));
            assertThrows(IllegalStateException.class, disk::flush);
            other.close();
            Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
            assertEquals(0, simulation.mappings());
            assertEquals(List.of(), simulation.dmaFaults());
            // Attaching once more works.
            try (NvmeDevice again = Drivers.installed().attach(device, NvmeDevice.class)) {
                again.flush();
            }
        }
    }

    @Test
    void theDeviceMayBeClosedFirst() {
        DeviceAccess device = Devices.open(DISK);
        NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
        BlockQueue queue = disk.openQueue(4, Waiting.INTERRUPT);
        device.close();
        assertThrows(IllegalStateException.class, disk::flush);
        disk.close();
        queue.close();
    }

    @Test
    void aThreadThatIsInterruptedLosesNoCommand() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=20000");
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                BlockQueue queue = disk.openQueue(4, Waiting.INTERRUPT)) {
            queue.submitFlush(1);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> queue.await(Exercise.LONG, (token, status, code) -> {}));
            assertEquals(1, queue.await(Exercise.LONG, (token, status, code) -> assertEquals(1, token)));
            Thread.currentThread().interrupt();
            disk.flush();
            assertTrue(Thread.interrupted(), "the operation was done, and the thread stays interrupted");
        }
    }
}
