// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

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
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What any disk does that nothing is wrong with, whatever the device and the backend. */
@Timeout(300)
abstract class DiskScenarios extends DiskClosingScenarios {
    private static final int ROUNDS = 200;
    private static final int BATCHES = 60;

    DiskScenarios(DiskRig rig) {
        super(rig);
    }

    @Test
    final void anApplicationNeverNamesTheDriver() {
        try (BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class);
                DmaBuffer buffer = disk.allocate(1 << 20)) {
            BlockGeometry geometry = disk.geometry();
            assertEquals(rig.size(), geometry.size());
            assertEquals(512, geometry.blockSize());
            assertFalse(geometry.readOnly());
            int blocks = (int) buffer.size() / geometry.blockSize();
            Exercise.fill(buffer.memory(), 4096, 3);
            disk.write(100, blocks, buffer, 0);
            disk.flush();
            buffer.memory().fill((byte) 0);
            disk.read(100, blocks, buffer, 0);
            Exercise.check(buffer.memory(), 4096, 3);
        }
        rig.kind().assertAtRest(device);
    }

    @ParameterizedTest
    @EnumSource
    final void theWholeDiskIsWrittenAndVerified(Waiting waiting) throws InterruptedException {
        if (waits(waiting)) {
            try (BlockDevice disk = attach()) {
                for (int depth : rig.depths()) {
                    long seed = 2L * depth + waiting.ordinal();
                    Exercise.writeAndVerify(
                            disk, waiting, depth, 0, disk.geometry().blockCount(), seed);
                }
            }
            rig.kind().assertAtRest(device);
        }
    }

    @Test
    final void anyLengthGoesToAnyPlace() {
        try (BlockDevice disk = attach()) {
            Exercise.transferAnyhow(disk);
        }
    }

    @Test
    final void queuesOfManyThreadsAreIndependent() throws Exception {
        boolean interrupts = rig.kind().waits(device, Waiting.INTERRUPT);
        try (BlockDevice disk = attach();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < Math.min(6, disk.geometry().maxQueues()); i++) {
                int part = i;
                // The first one, as there may be one interrupt only.
                Waiting waiting = interrupts && part % 2 == 0 ? Waiting.INTERRUPT : Waiting.POLLING;
                all.add(threads.submit(() -> {
                    Exercise.writeAndVerify(disk, waiting, 8, part * 2000L, 2000, part);
                    return part;
                }));
            }
            for (int i = 0; i < 2; i++) {
                int part = i;
                all.add(threads.submit(() -> {
                    try (DmaBuffer buffer = disk.allocate(512)) {
                        for (int at = 0; at < 200; at++) {
                            Exercise.fill(buffer.memory(), at, part);
                            disk.write(12_000 + 200L * part + at, 1, buffer, 0);
                            disk.read(12_000 + 200L * part + at, 1, buffer, 0);
                            Exercise.check(buffer.memory(), at, part);
                        }
                    }
                    return part;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    @Test
    final void aFullQueueSaysSo() throws InterruptedException {
        try (BlockDevice disk = attach();
                DmaBuffer buffer = disk.allocate(4096);
                BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
            assertEquals(2, queue.depth());
            assertTrue(queue.submitRead(0, 1, buffer, 0, 10));
            assertTrue(queue.submitFlush(11));
            assertFalse(queue.submitFlush(12));
            assertFalse(queue.submitRead(0, 1, buffer, 0, 14));
            assertEquals(2, queue.underWay());
            List<Long> tokens = new ArrayList<>();
            while (queue.underWay() > 0) {
                queue.await(Exercise.LONG, (token, status, code) -> tokens.add(token));
            }
            assertEquals(List.of(10L, 11L), tokens.stream().sorted().toList());
            assertEquals(0, queue.await(Duration.ofMillis(1), (token, status, code) -> tokens.add(token)));
        }
    }

    @Test
    final void queuesRunOut() {
        try (BlockDevice disk = attach()) {
            List<BlockQueue> queues = new ArrayList<>();
            for (int i = 0; i < disk.geometry().maxQueues(); i++) {
                queues.add(disk.openQueue(1, Waiting.POLLING));
            }
            assertThrows(DeviceBusyException.class, () -> disk.openQueue(1, Waiting.POLLING));
            queues.getLast().close();
            queues.getLast().close();
            assertThrows(IllegalStateException.class, () -> queues.getLast().submitFlush(0));
            disk.openQueue(1, Waiting.POLLING).close();
            disk.flush();
        }
    }

    @Test
    final void whatIsWrongWithARequestIsToldBeforeTheDeviceSeesIt() {
        try (BlockDevice disk = attach();
                DmaBuffer buffer = disk.allocate(1 << 20);
                DmaBuffer readOnly =
                        device.dma().allocate(4096, disk.bufferConstraints().withDirection(DmaDirection.TO_DEVICE));
                BlockQueue queue = disk.openQueue(4, Waiting.POLLING)) {
            BlockGeometry geometry = disk.geometry();
            long blocks = geometry.blockCount();
            int most = geometry.maxTransferBlocks();
            int deepest = geometry.maxQueueDepth();
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(blocks, 1, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.write(blocks - 1, 2, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(-1, 1, buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(0, 1, buffer, (1 << 20) - 511));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.trim(blocks - 1, 2));
            assertThrows(IllegalArgumentException.class, () -> disk.read(0, 1, buffer, 2));
            try (DmaBuffer large = disk.allocate((most + 1L) * geometry.blockSize())) {
                assertThrows(IllegalArgumentException.class, () -> queue.submitRead(0, most + 1, large, 0, 0));
            }
            assertThrows(IllegalArgumentException.class, () -> queue.submitRead(0, 0, buffer, 0, 0));
            assertThrows(DmaConstraintException.class, () -> disk.read(0, 1, readOnly, 0));
            assertThrows(IllegalArgumentException.class, () -> disk.openQueue(0, Waiting.POLLING));
            assertThrows(IllegalArgumentException.class, () -> disk.openQueue(deepest + 1, Waiting.POLLING));
            assertEquals(0, queue.underWay());
            disk.write(0, 8, readOnly, 0);
        }
    }

    @Test
    final void trimmingTouchesNoOtherBlock() throws InterruptedException {
        try (BlockDevice disk = attach();
                DmaBuffer buffer = disk.allocate(64 * 512);
                BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
            if (!disk.geometry().trim()) {
                assertThrows(UnsupportedCapabilityException.class, () -> disk.trim(0, 1));
                assertThrows(UnsupportedCapabilityException.class, () -> queue.submitTrim(0, 1, 1));
                return;
            }
            Exercise.fill(buffer.memory(), 0, 5);
            disk.write(0, 64, buffer, 0);
            disk.trim(8, 24);
            queue.submitTrim(32, 24, 1);
            assertEquals(1, queue.await(Exercise.LONG, (token, status, code) -> assertEquals(1, token)));
            buffer.memory().fill((byte) 0x77);
            disk.read(0, 64, buffer, 0);
            MemorySegment memory = buffer.memory();
            Exercise.check(memory.asSlice(0, 8 * 512), 0, 5);
            Exercise.check(memory.asSlice(56 * 512, 8 * 512), 56 * 512, 5);
            // All of it, by as many commands as it takes.
            disk.trim(0, disk.geometry().blockCount());
            disk.write(0, 64, buffer, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    final void commandsMakeNoGarbage(Waiting waiting) throws InterruptedException {
        if (!waits(waiting)) {
            return;
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BlockCompletion ignore = (token, status, code) -> {};
        try (BlockDevice disk = attach();
                DmaBuffer buffer = disk.allocate(8 * 16_384);
                BlockQueue queue = disk.openQueue(8, waiting)) {
            long least = Long.MAX_VALUE;
            // Until it is compiled the JVM may allocate for its own ends; a use that allocates does so for ever.
            for (int batch = 0; batch < BATCHES && least > 0; batch++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < ROUNDS; i++) {
                    queue.submitRead(0, 8, buffer, 0, 0);
                    queue.submitWrite(64, 32, buffer, 16_384, 1);
                    while (queue.underWay() > 0) {
                        queue.await(Exercise.LONG, ignore);
                    }
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in " + ROUNDS + " rounds");
        }
    }
}
