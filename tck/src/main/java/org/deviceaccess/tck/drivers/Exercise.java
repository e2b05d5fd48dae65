// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.entropy.EntropySource;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Timeouts;

/** Uses of a driver by the methods of its class of devices; nothing is done with a driver of no class. */
final class Exercise {
    private static final int COMMANDS = 16;
    private static final int PACKETS = 16;
    private static final int BYTES = 64;
    private static final Duration LOOK = Duration.ofMillis(1);

    private static final byte NO_DATA = 0x5a;

    private Exercise() {}

    /** Uses what the driver has, in bounded time, and gives everything back that was obtained from it. */
    static void use(DriverTarget target, Driver driver) throws Exception {
        target.inTime("using the driver", () -> {
            switch (driver) {
                case BlockDevice disk -> useDisk(target, disk);
                case NetworkPort port -> usePort(target, port);
                case EntropySource source -> source.bytes(BYTES);
                default -> {}
            }
            return true;
        });
    }

    /** Leaves the device at work, for somebody who closes the driver then. */
    static void leaveUnderWay(DriverTarget target, Driver driver) throws Exception {
        target.inTime("using the driver", () -> {
            switch (driver) {
                case BlockDevice disk -> leaveReads(disk);
                case NetworkPort port -> send(target, port);
                default -> {}
            }
            return true;
        });
    }

    private static void useDisk(DriverTarget target, BlockDevice disk) throws Exception {
        BlockGeometry geometry = disk.geometry();
        try (DmaBuffer buffer = disk.allocate(geometry.blockSize())) {
            disk.read(geometry.blockCount() - 1, 1, buffer, 0);
            disk.read(0, 1, buffer, 0);
            if (target.writesAllowed() && !geometry.readOnly()) {
                disk.write(0, 1, buffer, 0);
                disk.flush();
            }
            if (QueueDepth.any(disk)) {
                useQueue(disk, Waiting.POLLING, buffer);
                try {
                    useQueue(disk, Waiting.INTERRUPT, buffer);
                } catch (InterruptKindAbsentException e) {
                    // As may be: then there is polling.
                    return;
                }
            }
        }
    }

    private static void useQueue(BlockDevice disk, Waiting waiting, DmaBuffer buffer) throws Exception {
        try (BlockQueue queue = disk.openQueue(1, waiting)) {
            assertTrue(queue.submitRead(0, 1, buffer, 0, 7), "a queue without commands takes one");
            int reported = queue.await(Timeouts.EVENT, (token, status, deviceStatus) -> {
                assertEquals(7, token, "the token of the only command");
                assertEquals(BlockStatus.SUCCESS, status, "the status of a read of the first block");
            });
            assertEquals(1, reported, "commands reported of one");
        }
    }

    @SuppressWarnings("resource") // Left open on purpose: closing the driver is to end it.
    private static void leaveReads(BlockDevice disk) {
        BlockGeometry geometry = disk.geometry();
        if (QueueDepth.any(disk)) {
            int depth = QueueDepth.of(disk, COMMANDS);
            DmaBuffer buffer = disk.allocate((long) depth * geometry.blockSize());
            buffer.memory().fill(NO_DATA);
            BlockQueue queue = disk.openQueue(depth, Waiting.POLLING);
            for (int i = 0; i < depth; i++) {
                queue.submitRead(0, 1, buffer, (long) i * geometry.blockSize(), i);
            }
            queue.start();
        }
    }

    private static void usePort(DriverTarget target, NetworkPort port) throws Exception {
        port.mac();
        port.link();
        port.setFilter(ReceiveFilter.OWN);
        send(target, port);
        PacketBatch batch = port.pool().batch(PACKETS);
        port.awaitPackets(LOOK);
        port.receive(batch);
        batch.giveBack();
        port.underWay();
        port.statistics();
    }

    private static void send(DriverTarget target, NetworkPort port) {
        if (target.writesAllowed()) {
            PacketBatch batch = Packets.fill(port, PACKETS);
            port.send(batch);
            batch.giveBack();
        }
    }
}
