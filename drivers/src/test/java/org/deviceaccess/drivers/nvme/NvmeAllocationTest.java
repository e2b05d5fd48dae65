// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Drivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands make no garbage on the thread that submits and completes them. */
@Timeout(120)
class NvmeAllocationTest {
    private static final int ROUNDS = 500;
    private static final int BATCHES = 30;
    private static final int DEPTH = 8;

    private interface Action {
        void run() throws InterruptedException;
    }

    private static void assertAllocatesNothing(Action action) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // Until it is compiled the JVM may allocate for its own ends; a use that allocates does so for ever.
        for (int batch = 0; batch < BATCHES && least > 0; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                action.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes in " + ROUNDS + " rounds");
    }

    @ParameterizedTest
    @EnumSource
    void queuedCommands(Waiting waiting) throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0");
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                DmaBuffer buffer = disk.allocate(DEPTH * 16384L);
                BlockQueue queue = disk.openQueue(DEPTH, waiting)) {
            long[] failed = new long[1];
            BlockCompletion completion = (token, status, code) -> failed[0] += status == BlockStatus.SUCCESS ? 0 : 1;
            assertAllocatesNothing(() -> {
                queue.submitRead(0, 8, buffer, 0, 0);
                queue.submitWrite(64, 32, buffer, 4 * 4096, 1);
                queue.submitRead(128, 16, buffer, 512, 2);
                queue.submitTrim(256, 8, 3);
                queue.submitFlush(4);
                while (queue.underWay() > 0) {
                    queue.await(Exercise.LONG, completion);
                }
            });
            assertEquals(0, failed[0]);
        }
    }

    @Test
    void synchronousCommands() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0");
                NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
                DmaBuffer buffer = disk.allocate(65536)) {
            assertAllocatesNothing(() -> {
                disk.read(0, 8, buffer, 0);
                disk.write(0, 64, buffer, 4);
            });
        }
    }
}
