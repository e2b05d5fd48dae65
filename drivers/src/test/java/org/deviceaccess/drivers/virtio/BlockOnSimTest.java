// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.drivers.support.Leftovers;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
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
            Leftovers.assertNone(device);
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
            Leftovers.assertNone(device);
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
            Leftovers.assertNone(device);
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
            Leftovers.assertNone(device);
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
}
