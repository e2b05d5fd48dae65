// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device of one queue lends it to the synchronous operations and to one queue of the application. */
@Timeout(60)
class SharedQueueTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    private static void startAndLetTheDeviceHaveThem(BlockQueue queue) throws InterruptedException {
        queue.start();
        Thread.sleep(100);
    }

    @ParameterizedTest
    @EnumSource
    void theOnlyQueueOfADeviceIsLent(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0&" + kind.oneQueue());
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                DmaBuffer buffer = disk.allocate(4096)) {
            assertEquals(1, disk.geometry().maxQueues());
            for (Waiting waiting : Waiting.values()) {
                try (BlockQueue queue = disk.openQueue(4, waiting)) {
                    for (int token = 0; token < 4; token++) {
                        assertTrue(queue.submitRead(token, 1, buffer, 0, token));
                    }
                    assertThrows(DeviceBusyException.class, () -> disk.openQueue(1, waiting));
                    assertFalse(queue.submitFlush(9), "the depth is the one that was asked for");
                    disk.write(0, 8, buffer, 0);
                    disk.flush();
                    assertEquals(4, queue.underWay());
                    assertEquals(
                            List.of(0L, 1L, 2L, 3L),
                            Report.collect(queue).stream()
                                    .map(Report::token)
                                    .sorted()
                                    .toList());
                }
                disk.flush();
                Exercise.writeAndVerify(disk, waiting, 8, 0, disk.geometry().blockCount(), waiting.ordinal());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOnlyQueueOfADeviceSurvivesFaultsOfBoth(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0&" + kind.oneQueue());
                RecoveringDisk disk = kind.attach(device, SHORT);
                DmaBuffer buffer = disk.allocate(4096);
                BlockQueue queue = disk.openQueue(4, Waiting.POLLING)) {
            kind.stall(device);
            queue.submitFlush(1);
            startAndLetTheDeviceHaveThem(queue);
            disk.reset();
            disk.flush();
            assertEquals(List.of(new Report(1, BlockStatus.ABORTED)), Report.collect(queue));
            kind.stall(device);
            queue.submitFlush(2);
            startAndLetTheDeviceHaveThem(queue);
            if (kind == SimulatedDisk.VIRTIO) {
                // The reset that ends the application's command ends the other one, too.
                kind.stall(device);
                assertThrows(DeviceAccessException.class, () -> disk.read(0, 1, buffer, 0));
            } else {
                disk.read(0, 1, buffer, 0);
            }
            assertEquals(1, Report.collect(queue).size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOnlyQueueOfADeviceIsNotLentByAClosedDriver(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0&" + kind.oneQueue())) {
            RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
            BlockQueue queue = disk.openQueue(1, Waiting.POLLING);
            disk.close();
            assertThrows(IllegalStateException.class, () -> queue.submitFlush(1));
            assertThrows(IllegalStateException.class, () -> queue.poll((token, status, code) -> {}));
            queue.close();
            assertThrows(IllegalStateException.class, () -> disk.openQueue(1, Waiting.POLLING));
            assertEquals(0, SimulatedDisk.simulation(device).mappings());
        }
    }
}
