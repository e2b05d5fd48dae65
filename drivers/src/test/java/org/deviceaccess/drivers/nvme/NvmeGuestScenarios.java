// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the driver does on the disk that QEMU emulates, over each backend the same. */
@Timeout(300)
abstract class NvmeGuestScenarios {
    private static final int ROUNDS = 200;
    private static final int BATCHES = 60;

    private final String address;
    private DeviceAccess device;

    NvmeGuestScenarios(String address) {
        this.address = address;
    }

    @BeforeEach
    final void open() {
        device = Devices.open(address);
    }

    @AfterEach
    final void close() {
        device.close();
    }

    private NvmeDevice attach() {
        return Drivers.installed().attach(device, NvmeDevice.class);
    }

    private boolean waits(Waiting waiting) {
        return waiting == Waiting.POLLING || device.capabilities().contains(Capability.MSIX);
    }

    private void refuses(Waiting waiting) {
        try (NvmeDevice disk = attach()) {
            assertThrows(InterruptKindAbsentException.class, () -> disk.openQueue(32, waiting));
            disk.openQueue(32, Waiting.POLLING).close();
        }
    }

    @Test
    final void tellsWhatTheDeviceIs() {
        try (NvmeDevice disk = attach();
                DmaBuffer buffer = disk.allocate(4096)) {
            assertEquals("1.4.0", disk.version());
            assertEquals("testbed", disk.identity().serialNumber());
            assertEquals("QEMU NVMe Ctrl", disk.identity().model());
            assertEquals(List.of(1), disk.namespaces());
            BlockGeometry geometry = disk.geometry();
            assertEquals(64 << 20, geometry.size());
            assertEquals(512, geometry.blockSize());
            assertEquals(1024, geometry.maxTransferBlocks(), "512 KiB, as MDTS says");
            assertEquals(2047, geometry.maxQueueDepth());
            assertEquals(16, geometry.maxQueues());
            int before = disk.health().hostReads().intValueExact();
            disk.read(0, 8, buffer, 0);
            disk.read(8, 8, buffer, 0);
            assertEquals(before + 2, disk.health().hostReads().intValueExact());
            assertTrue(disk.health().temperatureKelvin() > 250);
            if (geometry.trim()) {
                disk.trim(0, 8);
            }
            disk.flush();
        }
    }

    @ParameterizedTest
    @EnumSource
    final void theWholeDiskIsWrittenAndVerified(Waiting waiting) throws InterruptedException {
        try (BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class)) {
            if (waits(waiting)) {
                Exercise.writeAndVerify(disk, waiting, 32, 0, disk.geometry().blockCount(), 1 + waiting.ordinal());
            } else {
                assertThrows(InterruptKindAbsentException.class, () -> disk.openQueue(32, waiting));
            }
        }
    }

    @Test
    final void anyLengthGoesToAnyPlace() {
        try (NvmeDevice disk = attach()) {
            Exercise.transferAnyhow(disk);
        }
    }

    @Test
    final void queuesOfManyThreadsAreIndependent() throws Exception {
        try (NvmeDevice disk = attach();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int part = i;
                Waiting waiting = waits(Waiting.values()[part % 2]) ? Waiting.values()[part % 2] : Waiting.POLLING;
                all.add(threads.submit(() -> {
                    Exercise.writeAndVerify(disk, waiting, 16, part * 16_384L, 8_192, part);
                    return part;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /** As a power cut would: the controller forgets its queues while commands are under way. */
    @ParameterizedTest
    @EnumSource
    final void aResetInMidWriteLeavesNoHang(Waiting waiting) throws Exception {
        if (!waits(waiting)) {
            refuses(waiting);
            return;
        }
        try (NvmeDevice disk = new NvmeDriverProvider()
                        .withTimeout(Duration.ofSeconds(20))
                        .attach(device);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            AtomicBoolean enough = new AtomicBoolean();
            Future<int[]> writer = threads.submit(() -> writeUntil(enough, disk, waiting));
            for (int i = 0; i < 3; i++) {
                Thread.sleep(300);
                disk.reset();
            }
            if (device.capabilities().contains(Capability.RESET)) {
                Thread.sleep(300);
                device.reset(); // behind the driver's back
                Thread.sleep(300);
            }
            enough.set(true);
            int[] ends = writer.get();
            assertTrue(ends[BlockStatus.SUCCESS.ordinal()] > 0, Arrays.toString(ends));
            assertTrue(ends[BlockStatus.ABORTED.ordinal()] > 0, Arrays.toString(ends));
            assertEquals(
                    Arrays.stream(ends).sum(),
                    ends[BlockStatus.SUCCESS.ordinal()] + ends[BlockStatus.ABORTED.ordinal()],
                    Arrays.toString(ends));
            Exercise.writeAndVerify(disk, waiting, 32, 0, 4096, 7);
        }
    }

    /** Keeps a queue full of writes, and returns how often each status was reported. */
    private static int[] writeUntil(AtomicBoolean enough, NvmeDevice disk, Waiting waiting)
            throws InterruptedException {
        int depth = 32;
        int[] ends = new int[BlockStatus.values().length];
        boolean[] busy = new boolean[depth];
        BlockCompletion completion = (token, status, code) -> {
            assertTrue(busy[(int) token], "each command is reported once");
            busy[(int) token] = false;
            ends[status.ordinal()]++;
        };
        try (DmaBuffer buffer = disk.allocate(depth * 4096L);
                BlockQueue queue = disk.openQueue(depth, waiting)) {
            while (!enough.get() || queue.underWay() > 0) {
                for (int slot = 0; slot < depth && !enough.get(); slot++) {
                    if (!busy[slot]) {
                        busy[slot] = true;
                        assertTrue(queue.submitWrite(slot * 8L, 8, buffer, slot * 4096L, slot));
                    }
                }
                assertTrue(queue.await(Exercise.LONG, completion) > 0, "no command hangs");
            }
        }
        for (boolean each : busy) {
            assertFalse(each, "each command is reported");
        }
        return ends;
    }

    @Test
    final void closingLeavesNothing() throws IOException {
        try (NvmeDevice disk = attach()) {
            disk.flush();
        }
        List<String> files = openFiles();
        NvmeDevice disk = attach();
        DmaBuffer buffer = disk.allocate(1 << 20);
        BlockQueue queue = disk.openQueue(32, waits(Waiting.INTERRUPT) ? Waiting.INTERRUPT : Waiting.POLLING);
        for (int i = 0; i < 32; i++) {
            queue.submitRead(i * 64L, 64, buffer, i * 32_768L, i);
        }
        queue.start();
        disk.close();
        assertThrows(IllegalStateException.class, () -> queue.poll((token, status, code) -> {}));
        buffer.close();
        assertEquals(0, device.region(RegionId.BAR0).read32(0x14) & 1, "the controller is disabled");
        assertEquals(0, device.region(RegionId.BAR0).read32(0x1c) & 1, "the controller is not ready");
        assertEquals(files, openFiles());
    }

    private static List<String> openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(NvmeGuestScenarios::target)
                    .filter(name -> name.startsWith("/dev/") || name.startsWith("anon_inode"))
                    .sorted()
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "gone"; // the descriptor of the listing itself
        }
    }

    @ParameterizedTest
    @EnumSource
    final void commandsMakeNoGarbage(Waiting waiting) throws InterruptedException {
        if (!waits(waiting)) {
            refuses(waiting);
            return;
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (NvmeDevice disk = attach();
                DmaBuffer buffer = disk.allocate(8 * 16_384);
                BlockQueue queue = disk.openQueue(8, waiting)) {
            BlockCompletion completion = (token, status, code) -> {};
            long least = Long.MAX_VALUE;
            // Until it is compiled the JVM may allocate for its own ends; a use that allocates does so for ever.
            for (int batch = 0; batch < BATCHES && least > 0; batch++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < ROUNDS; i++) {
                    queue.submitRead(0, 8, buffer, 0, 0);
                    queue.submitWrite(64, 32, buffer, 16_384, 1);
                    while (queue.underWay() > 0) {
                        queue.await(Exercise.LONG, completion);
                    }
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in " + ROUNDS + " rounds");
        }
    }
}
