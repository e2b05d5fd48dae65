// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver does on the disk that QEMU emulates, over each backend the same. */
@Timeout(240)
abstract class BlockGuestScenarios {
    private final String address;

    BlockGuestScenarios(String prefix, String options) {
        address = prefix + "0000:00:17.0" + options;
    }

    private static VirtioDisk attach(DeviceAccess device) {
        return new VirtioBlockDriverProvider()
                .withTimeout(Duration.ofSeconds(30))
                .attach(device);
    }

    @Test
    final void theWholeDiskIsWrittenAndVerified() throws InterruptedException {
        try (DeviceAccess device = Devices.open(address);
                VirtioDisk disk = attach(device)) {
            BlockGeometry geometry = disk.geometry();
            assertEquals(16 << 20, geometry.size());
            assertTrue(geometry.writeCache());
            Exercise.writeAndVerify(disk, Waiting.POLLING, 16, 0, geometry.blockCount(), 1);
            disk.flush();
        }
        try (DeviceAccess device = Devices.open(address);
                VirtioDisk disk = attach(device)) {
            Exercise.writeAndVerify(disk, Waiting.INTERRUPT, 16, 0, 1024, 2);
        }
    }

    @Test
    final void requestsOfOneThreadFollowEachOther() {
        try (DeviceAccess device = Devices.open(address);
                VirtioDisk disk = attach(device);
                DmaBuffer buffer = disk.allocate(1 << 20)) {
            int block = disk.geometry().blockSize();
            int blocks = (int) (buffer.size() / block);
            Exercise.fill(buffer.memory(), 0, 3);
            disk.write(100, blocks, buffer, 0);
            disk.flush();
            buffer.memory().fill((byte) 0);
            disk.read(100, blocks, buffer, 0);
            Exercise.check(buffer.memory(), 0, 3);
            if (disk.geometry().trim()) {
                disk.trim(100, blocks);
            }
        }
    }

    @Test
    final void aResetInMidstreamLosesNoQueue() throws InterruptedException {
        try (DeviceAccess device = Devices.open(address);
                VirtioDisk disk = attach(device);
                DmaBuffer buffer = disk.allocate(64 << 10)) {
            try (BlockQueue queue = disk.openQueue(16, Waiting.POLLING)) {
                for (int i = 0; i < 16; i++) {
                    queue.submitWrite(i * 8L, 8, buffer, i * 4096L, i);
                }
                queue.start();
                disk.reset();
                int ended = 0;
                while (queue.underWay() > 0) {
                    int now = queue.await(Exercise.LONG, (token, status, code) -> {});
                    assertTrue(now > 0, "no request hangs");
                    ended += now;
                }
                assertEquals(16, ended);
            }
            Exercise.writeAndVerify(disk, Waiting.POLLING, 8, 0, 1024, 4);
        }
    }
}
