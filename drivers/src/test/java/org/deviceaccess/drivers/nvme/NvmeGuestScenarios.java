// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Drivers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only an NVMe disk has, on the one that QEMU emulates, over each backend the same. */
@Timeout(300)
abstract class NvmeGuestScenarios {
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
}
