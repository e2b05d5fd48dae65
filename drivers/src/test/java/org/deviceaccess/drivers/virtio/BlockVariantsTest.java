// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.ReadOnlyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on disks that are made in other ways than most. */
@Timeout(60)
class BlockVariantsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "block-size=4096",
                "scatter=true",
                "scatter=true&max-segments=3",
                "scatter=true&max-segments=40&max-segment-bytes=5000",
                "max-segments=0",
                "max-segments=0&scatter=true",
                "max-segment-bytes=512",
                "queues=1",
                "queues=1&max-segments=0&scatter=true",
                "vectors=1",
                "vectors=2",
                "interrupts=line",
                "max-discard-sectors=100"
            })
    void theWholeDiskIsWrittenAndVerified(String options) throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?size=4M&latency=0&" + options)) {
            Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
            try (VirtioDisk disk = Drivers.installed().attach(device, VirtioDisk.class)) {
                for (Waiting waiting : Waiting.values()) {
                    Exercise.writeAndVerify(
                            disk,
                            waiting,
                            Math.min(32, disk.geometry().maxQueueDepth()),
                            0,
                            disk.geometry().blockCount(),
                            waiting.ordinal());
                }
                if (disk.geometry().maxTransferBlocks() > 8) {
                    Exercise.transferAnyhow(disk);
                }
            }
            assertEquals(List.of(), simulation.dmaFaults());
            assertEquals(List.of(), simulation.deviceFaults());
            assertEquals(List.of(), simulation.forbiddenAccesses());
            assertEquals(0, simulation.mappings());
        }
    }

    @Test
    void scatteredMemoryIsRefusedByADiskThatWantsItInOnePiece() {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?latency=0&scatter=true&max-segments=0");
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
                DmaBuffer scattered = device.dma()
                        .allocate(
                                1 << 16,
                                DmaConstraints.NONE
                                        .withAlignment(4096)
                                        .withSegments(Integer.MAX_VALUE, Long.MAX_VALUE));
                DmaBuffer other = disk.allocate(1 << 16)) {
            assertTrue(scattered.segments().size() > 1);
            other.memory().fill((byte) 0x11);
            disk.write(0, 128, other, 0);
            scattered.memory().fill((byte) 0x22);
            assertThrows(DmaConstraintException.class, () -> disk.write(0, 128, scattered, 0));
            disk.read(0, 128, other, 0);
            assertEquals(0x11, other.memory().get(ValueLayout.JAVA_BYTE, 8192), "nothing was written");
            disk.write(0, 8, scattered, 0); // one page, in one piece
        }
    }

    @Test
    void aDiskThatIsReadOnlyRefusesToBeWrittenByAnErrorOfItsOwn() {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?latency=0&read-only=true");
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
                DmaBuffer buffer = disk.allocate(512);
                BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            assertTrue(disk.geometry().readOnly());
            assertThrows(ReadOnlyException.class, () -> disk.write(0, 1, buffer, 0));
            assertThrows(ReadOnlyException.class, () -> queue.submitWrite(0, 1, buffer, 0, 1));
            assertThrows(ReadOnlyException.class, () -> disk.trim(0, 1));
            assertEquals(0, queue.underWay());
            disk.read(0, 1, buffer, 0);
        }
    }

    @Test
    void aTrimOfMoreThanOneRequestCanIsDoneBySeveral() {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?latency=0&max-discard-sectors=100");
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device);
                BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            assertEquals(100, disk.geometry().maxTrimBlocks());
            disk.trim(0, disk.geometry().blockCount());
            assertThrows(IllegalArgumentException.class, () -> queue.submitTrim(0, 101, 1));
            assertTrue(queue.submitTrim(0, 100, 1));
        }
    }

    @Test
    void theOnlyVectorServesOneQueueAtATime() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:virtio-blk?latency=0&vectors=1");
                VirtioDisk disk = new VirtioBlockDriverProvider().attach(device)) {
            for (int round = 0; round < 2; round++) {
                try (BlockQueue queue = disk.openQueue(4, Waiting.INTERRUPT)) {
                    assertThrows(DeviceBusyException.class, () -> disk.openQueue(4, Waiting.INTERRUPT));
                    disk.openQueue(4, Waiting.POLLING).close();
                    queue.submitFlush(1);
                    assertEquals(1, queue.await(Exercise.LONG, (token, status, code) -> {}));
                }
            }
        }
    }
}
