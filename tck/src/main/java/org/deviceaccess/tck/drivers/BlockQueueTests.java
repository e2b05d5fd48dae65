// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.tck.kit.Allocations;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.Timeouts;
import org.jspecify.annotations.Nullable;

/** Drivers of block devices: many operations at a time, and their end. */
final class BlockQueueTests {
    private static final int MOST = 32;
    private static final int USES = 50;

    @Proves("DA-BLOCK-008")
    void everyCommandIsReportedOnce(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            int depth = QueueDepth.of(disk, MOST);
            try (DmaBuffer buffer = disk.allocate((long) depth * disk.geometry().blockSize());
                    BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
                List<Long> tokens = new ArrayList<>();
                List<Long> submitted = new ArrayList<>();
                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < depth; i++) {
                        long token = round * 1000L + i;
                        assertTrue(read(disk, queue, buffer, i, token), "a queue with room takes a command");
                        submitted.add(token);
                    }
                    while (queue.underWay() > 0) {
                        int reported = queue.await(Timeouts.EVENT, (token, status, deviceStatus) -> {
                            assertEquals(BlockStatus.SUCCESS, status, "the status of a read");
                            tokens.add(token);
                        });
                        assertTrue(reported > 0, "no command ended in time");
                    }
                }
                assertEquals(0, queue.poll((token, status, deviceStatus) -> tokens.add(token)), "reports too many");
                tokens.sort(null);
                assertEquals(submitted, tokens, "the tokens that were reported");
            }
        });
    }

    @Proves("DA-BLOCK-009")
    void fullQueueTakesNoMore(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            int depth = QueueDepth.of(disk, MOST);
            try (DmaBuffer buffer = disk.allocate((long) depth * disk.geometry().blockSize());
                    BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
                assertEquals(depth, queue.depth(), "depth()");
                for (int i = 0; i < depth; i++) {
                    assertTrue(read(disk, queue, buffer, i, i), "a queue with room takes a command");
                }
                assertEquals(depth, queue.underWay(), "underWay() of a full queue");
                assertFalse(read(disk, queue, buffer, 0, depth), "a full queue took a command");
            }
            int most = disk.geometry().maxQueueDepth();
            assertThrows(
                    IllegalArgumentException.class,
                    () -> disk.openQueue(0, Waiting.POLLING).close());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> disk.openQueue(most + 1, Waiting.POLLING).close());
        });
    }

    @Proves("DA-BLOCK-010")
    void useAfterCloseIsRefused(DriverTarget target) throws Exception {
        Uses uses = new Uses();
        Attached.closed(target, BlockDevice.class, (device, disk) -> uses.prepare(disk), (device, disk) -> {
            uses.assertRefused(disk);
        });
    }

    @Proves("DA-BLOCK-011")
    void useAfterClosingTheDeviceIsRefused(DriverTarget target) throws Exception {
        Uses uses = new Uses();
        Attached.withoutDevice(target, BlockDevice.class, (device, disk) -> uses.prepare(disk), (device, disk) -> {
            uses.assertRefused(disk);
        });
    }

    @Proves("DA-BLOCK-012")
    void lostDeviceIsTold(DriverTarget target) throws Exception {
        Uses uses = new Uses();
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            uses.prepare(disk);
            device.vanish();
            Refusal.of(
                    "read() of a device that is gone",
                    () -> disk.read(0, 1, uses.buffer(), 0),
                    DeviceLostException.class);
            BlockQueue queue = uses.queue;
            if (queue != null) {
                Refusal.of(
                        "a queue of a device that is gone",
                        () -> {
                            queue.submitRead(0, 1, uses.buffer(), 0, 0);
                            queue.await(Timeouts.LONG, (token, status, deviceStatus) -> {});
                        },
                        DeviceLostException.class);
            }
        });
    }

    @Proves("DA-BLOCK-013")
    void queuesAllocateNothing(DriverTarget target) throws Exception {
        try (DeviceAccess device = target.openPlain()) {
            Driver driver = target.attach(device);
            BlockDevice disk = (BlockDevice) driver;
            int depth = QueueDepth.of(disk, 1);
            BlockCompletion completion = (token, status, deviceStatus) -> {};
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize());
                    BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
                Allocations.assertNone("reading a block through a queue", USES, () -> {
                    queue.submitRead(0, 1, buffer, 0, 0);
                    queue.start();
                    while (queue.underWay() > 0) {
                        queue.poll(completion);
                    }
                });
            }
            target.close(driver);
        }
    }

    private static boolean read(BlockDevice disk, BlockQueue queue, DmaBuffer buffer, int slot, long token) {
        BlockGeometry geometry = disk.geometry();
        return queue.submitRead(slot % geometry.blockCount(), 1, buffer, (long) slot * geometry.blockSize(), token);
    }

    /** What is used after it should not be. */
    private static final class Uses {
        private @Nullable DmaBuffer buffer;
        private @Nullable BlockQueue queue;

        void prepare(BlockDevice disk) {
            buffer = disk.allocate(disk.geometry().blockSize());
            queue = QueueDepth.any(disk) ? disk.openQueue(1, Waiting.POLLING) : null;
        }

        DmaBuffer buffer() {
            return Objects.requireNonNull(buffer);
        }

        void assertRefused(BlockDevice disk) {
            Refusal.closed("read()", () -> disk.read(0, 1, buffer(), 0));
            Refusal.closed("flush()", disk::flush);
            BlockQueue opened = queue;
            if (opened != null) {
                Refusal.closed("submitRead() of its queue", () -> opened.submitRead(0, 1, buffer(), 0, 0));
                Refusal.closed("poll() of its queue", () -> opened.poll((token, status, deviceStatus) -> {}));
                opened.close();
            }
            // Last, when one is free: a driver may look whether one is before anything else.
            Refusal.closed(
                    "openQueue()", () -> disk.openQueue(1, Waiting.POLLING).close());
        }
    }
}
