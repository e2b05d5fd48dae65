// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.drivers.support.Leftovers;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a whole simulated disk: found, attached, used, and left behind clean. */
@Timeout(60)
class NvmeOnSimTest {
    private static final String DISK = "sim:nvme?size=8M&latency=0";

    private static void assertLeftClean(DeviceAccess device) {
        Leftovers.assertNone(device);
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
}
