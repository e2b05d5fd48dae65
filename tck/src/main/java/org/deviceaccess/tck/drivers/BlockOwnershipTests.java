// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.deviceaccess.spi.error.ReadOnlyException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.ForeignBuffer;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.Timeouts;

/** Drivers of block devices: whose a buffer is, and until when. */
final class BlockOwnershipTests {
    private static final byte MINE = 0x44;
    private static final int MOST_BYTES = 1 << 16;
    private static final long LONGEST_PAUSE = 4_000_000;
    /** For each of the races that are asked for. */
    private static final int ROUNDS = 4;

    @Proves("DA-BLOCK-014")
    void buffersOfOthersAreRefused(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            ForeignBuffer foreign = new ForeignBuffer(disk.geometry().blockSize());
            foreign.memory().fill(MINE);
            Refusal.of(
                            "read() into a buffer of another device",
                            () -> disk.read(0, 1, foreign, 0),
                            DmaUnreachableException.class)
                    .hasRemedy();
            if (QueueDepth.any(disk)) {
                assertQueueRefuses(disk, foreign);
            }
            if (target.writesAllowed() && !disk.geometry().readOnly()) {
                Refusal.of(
                        "write() from a buffer of another device",
                        () -> disk.write(0, 1, foreign, 0),
                        DmaUnreachableException.class);
            }
            assertMine(foreign.memory(), "a buffer of another device that was refused");
        });
    }

    private static void assertQueueRefuses(BlockDevice disk, ForeignBuffer foreign) {
        try (BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            Refusal.of(
                    "submitRead() into a buffer of another device",
                    () -> queue.submitRead(0, 1, foreign, 0, 1),
                    DmaUnreachableException.class);
            assertEquals(0, queue.underWay(), "underWay() after a refused submission");
        }
    }

    @Proves("DA-BLOCK-015")
    void buffersComeBackWhenTheDeviceHasDone(DriverTarget target) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < ROUNDS * target.effort().races(); round++) {
            try (DeviceAccess device = target.openPlain()) {
                Driver driver = target.attach(device);
                BlockDevice disk = (BlockDevice) driver;
                BlockGeometry geometry = disk.geometry();
                int blocks = (int) Math.min(
                        geometry.blockCount(),
                        Math.clamp(MOST_BYTES / geometry.blockSize(), 1, geometry.maxTransferBlocks()));
                DmaBuffer buffer = disk.allocate((long) blocks * geometry.blockSize());
                AtomicBoolean closed = new AtomicBoolean();
                Thread reading = Thread.ofPlatform().name("tck read").daemon().start(() -> {
                    readUntilClosed(disk, blocks, buffer, closed);
                    buffer.memory().fill(MINE);
                });
                LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE));
                target.close(driver);
                closed.set(true);
                assertTrue(reading.join(Timeouts.EVENT), "read() has not ended after the driver was closed");
                LockSupport.parkNanos(LONGEST_PAUSE);
                assertMine(buffer.memory(), "memory whose read had ended, as its driver was closed");
            }
        }
    }

    private static void readUntilClosed(BlockDevice disk, int blocks, DmaBuffer buffer, AtomicBoolean closed) {
        try {
            while (!closed.get()) {
                disk.read(0, blocks, buffer, 0);
            }
        } catch (IllegalStateException e) {
            return;
        }
    }

    @Proves("DA-BLOCK-016")
    void readOnlyDisksRefuseToBeWritten(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            if (!disk.geometry().readOnly()) {
                return; // DA-BLOCK-002 writes it.
            }
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize())) {
                Refusal.of("write() of a read-only disk", () -> disk.write(0, 1, buffer, 0), ReadOnlyException.class);
                if (QueueDepth.any(disk)) {
                    assertQueueIsReadOnly(disk, buffer);
                }
            }
        });
    }

    private static void assertQueueIsReadOnly(BlockDevice disk, DmaBuffer buffer) {
        try (BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            Refusal.of(
                    "submitWrite() of a read-only disk",
                    () -> queue.submitWrite(0, 1, buffer, 0, 1),
                    ReadOnlyException.class);
        }
    }

    private static void assertMine(MemorySegment memory, String what) {
        for (long at = 0; at < memory.byteSize(); at++) {
            if (memory.get(ValueLayout.JAVA_BYTE, at) != MINE) {
                throw new AssertionError("the device changed " + what + ", at byte " + at);
            }
        }
    }
}
