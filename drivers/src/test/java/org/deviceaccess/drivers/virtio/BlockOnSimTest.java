// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockCompletion;
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
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a simulated disk that does what it should, with each set of features that matters. */
@Timeout(60)
class BlockOnSimTest {
    private static final String DISK = "sim:virtio-blk?size=8M&latency=0";
    private static final long SEG_MAX = 1L << 2;
    private static final long FLUSH = 1L << 9;
    private static final long DISCARD = 1L << 13;
    private static final long INDIRECT_DESC = 1L << 28;
    private static final long EVENT_IDX = 1L << 29;

    private static void assertLeftClean(DeviceAccess device) {
        Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
        assertEquals(List.of(), simulation.dmaFaults());
        assertEquals(List.of(), simulation.deviceFaults());
        assertEquals(0, simulation.mappings());
    }

    private static DeviceAccess without(String address, long features) {
        DeviceAccess device = Devices.open(address);
        device.unwrap(VirtioFaults.class).orElseThrow().withhold(features);
        return device;
    }

    @Test
    void aDiskFoundByItsClassIsReadAndWritten() {
        try (DeviceAccess device = Devices.open(DISK)) {
            try (BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class);
                    DmaBuffer buffer = disk.allocate(4096)) {
                BlockGeometry geometry = disk.geometry();
                assertEquals(8 << 20, geometry.size());
                assertEquals(512, geometry.blockSize());
                assertEquals(64 * 4096 / 512, geometry.maxTransferBlocks());
                assertEquals(3, geometry.maxQueues());
                assertEquals(256, geometry.maxQueueDepth());
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

    @ParameterizedTest
    @EnumSource
    void theWholeDiskIsWrittenAndVerified(Waiting waiting) throws InterruptedException {
        try (DeviceAccess device = Devices.open(DISK)) {
            try (VirtioDisk disk = new VirtioBlockDriverProvider().attach(device)) {
                for (int depth : new int[] {1, 3, 32, disk.geometry().maxQueueDepth()}) {
                    Exercise.writeAndVerify(
                            disk, waiting, depth, 0, disk.geometry().blockCount(), depth);
                }
            }
            assertLeftClean(device);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, SEG_MAX, INDIRECT_DESC, EVENT_IDX, INDIRECT_DESC | EVENT_IDX, INDIRECT_DESC | SEG_MAX})
    void anyLengthGoesToAnyPlaceWithWhateverFeatures(long withheld) throws InterruptedException {
        try (DeviceAccess device = without(DISK, withheld)) {
            try (VirtioDisk disk = new VirtioBlockDriverProvider().attach(device)) {
                Exercise.transferAnyhow(disk);
                for (Waiting waiting : Waiting.values()) {
                    Exercise.writeAndVerify(
                            disk, waiting, Math.min(8, disk.geometry().maxQueueDepth()), 0, 8000, 3);
                }
            }
            assertLeftClean(device);
        }
    }

    @Test
    void theLineServesOneQueueAtATime() throws InterruptedException {
        try (DeviceAccess device = Devices.open(DISK + "&interrupts=line")) {
            try (VirtioDisk disk = new VirtioBlockDriverProvider().attach(device)) {
                Exercise.writeAndVerify(disk, Waiting.INTERRUPT, 8, 0, 8000, 3);
                BlockQueue first = disk.openQueue(1, Waiting.INTERRUPT);
                assertThrows(DeviceBusyException.class, () -> disk.openQueue(1, Waiting.INTERRUPT));
                disk.openQueue(1, Waiting.POLLING).close();
                first.close();
                disk.openQueue(1, Waiting.INTERRUPT).close();
            }
            assertLeftClean(device);
        }
    }

    @Test
    void aDiskOfOneQueueLendsIt() throws InterruptedException {
        try (DeviceAccess device = Devices.open(DISK + "&queues=1")) {
            try (VirtioDisk disk = new VirtioBlockDriverProvider().attach(device)) {
                assertEquals(1, disk.geometry().maxQueues());
                disk.flush();
                try (BlockQueue queue = disk.openQueue(4, Waiting.POLLING)) {
                    disk.flush();
                    assertThrows(DeviceBusyException.class, () -> disk.openQueue(1, Waiting.POLLING));
                    queue.submitFlush(7);
                    assertEquals(1, queue.await(Exercise.LONG, (token, status, code) -> assertEquals(7, token)));
                }
                disk.flush();
                Exercise.writeAndVerify(disk, Waiting.INTERRUPT, 8, 0, 8000, 3);
            }
            assertLeftClean(device);
        }
    }

    @Test
    void withoutACacheFlushesAreDoneAtOnce() throws InterruptedException {
        try (DeviceAccess device = without(DISK, FLUSH)) {
            try (VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
                    BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
                assertFalse(disk.geometry().writeCache());
                disk.flush();
                assertTrue(queue.submitFlush(1));
                assertTrue(queue.submitFlush(2));
                assertFalse(queue.submitFlush(3));
                assertEquals(2, queue.await(Exercise.LONG, (token, status, code) -> {}));
                assertEquals(0, queue.underWay());
            }
            assertLeftClean(device);
        }
    }

    @Test
    void withoutDiscardThereIsNoTrim() {
        try (DeviceAccess device = without(DISK, DISCARD);
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device)) {
            assertFalse(disk.geometry().trim());
            UnsupportedCapabilityException error =
                    assertThrows(UnsupportedCapabilityException.class, () -> disk.trim(0, 1));
            assertTrue(error.getMessage().contains("the device cannot forget blocks"), error.getMessage());
        }
    }

    @Test
    void queuesOfManyThreadsAreIndependent() throws Exception {
        try (DeviceAccess device = Devices.open(DISK + "&queues=8")) {
            try (VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
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
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
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
    void whatIsWrongWithARequestIsToldBeforeTheDeviceSeesIt() {
        try (DeviceAccess device = Devices.open(DISK);
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
                DmaBuffer buffer = disk.allocate(1 << 20);
                DmaBuffer readOnly =
                        device.dma().allocate(4096, disk.bufferConstraints().withDirection(DmaDirection.TO_DEVICE));
                BlockQueue queue = disk.openQueue(4, Waiting.POLLING)) {
            long blocks = disk.geometry().blockCount();
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(blocks, 1, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.write(blocks - 1, 2, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.trim(blocks - 1, 2));
            assertThrows(IllegalArgumentException.class, () -> disk.read(0, 1, buffer, 2));
            assertThrows(IllegalArgumentException.class, () -> queue.submitRead(0, 513, buffer, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> queue.submitRead(0, 0, buffer, 0, 0));
            assertThrows(DmaConstraintException.class, () -> disk.read(0, 1, readOnly, 0));
            assertThrows(IllegalArgumentException.class, () -> disk.openQueue(0, Waiting.POLLING));
            assertThrows(IllegalArgumentException.class, () -> disk.openQueue(257, Waiting.POLLING));
            assertEquals(0, queue.underWay());
            disk.write(0, 8, readOnly, 0);
        }
    }

    @Test
    void closingStopsWhatIsUnderWay() {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?latency=1000")) {
            VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
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
            assertLeftClean(device);
            try (VirtioDisk again = new VirtioBlockDriverProvider().attach(device)) {
                again.flush();
            }
        }
    }

    @Test
    void theDeviceMayBeClosedFirst() {
        DeviceAccess device = Devices.open(DISK + "&queues=2");
        VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
        BlockQueue queue = disk.openQueue(4, Waiting.INTERRUPT);
        device.close();
        assertThrows(IllegalStateException.class, disk::flush);
        assertThrows(IllegalStateException.class, () -> disk.openQueue(1, Waiting.POLLING), "not that it is busy");
        disk.close();
        queue.close();
    }

    @Test
    void aThreadThatIsInterruptedLosesNoRequest() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?latency=20000");
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
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

    @Test
    void requestsAllocateNothing() throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BlockCompletion ignore = (token, status, code) -> {};
        try (DeviceAccess device = Devices.open(DISK);
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
                DmaBuffer buffer = device.dma().allocate(64 << 10, DmaConstraints.NONE);
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING)) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 500; i++) {
                    for (int each = 0; each < 4; each++) {
                        queue.submitRead(i, 8, buffer, each * 4096L, each);
                        queue.submitWrite(i, 8, buffer, 16384 + each * 4096L, each);
                    }
                    while (queue.underWay() > 0) {
                        queue.await(Exercise.LONG, ignore);
                    }
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in 4,000 requests");
        }
    }
}
