// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.probe.Journal;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.junit.jupiter.api.Assumptions;

/** Drivers of block devices: one operation after the other. */
final class BlockDeviceTests {
    private static final int BLOCKS = 9;

    @Proves("DA-BLOCK-001")
    void geometryMakesSense(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            BlockGeometry geometry = disk.geometry();
            assertEquals(geometry, disk.geometry(), "geometry() at the next call");
            int size = geometry.blockSize();
            assertTrue(size >= 512 && Integer.bitCount(size) == 1, () -> "the block size " + size);
            assertTrue(geometry.blockCount() > 0, () -> "the block count " + geometry.blockCount());
            assertTrue(
                    geometry.blockCount() <= Long.MAX_VALUE / size,
                    () -> geometry.blockCount() + " blocks of " + size + " bytes");
            assertTrue(geometry.maxTransferBlocks() > 0, () -> "maxTransferBlocks " + geometry.maxTransferBlocks());
            assertTrue(geometry.maxQueues() >= 0, () -> "maxQueues " + geometry.maxQueues());
            assertTrue(geometry.maxQueueDepth() > 0, () -> "maxQueueDepth " + geometry.maxQueueDepth());
        });
    }

    @Proves("DA-BLOCK-002")
    void whatIsWrittenIsReadBack(DriverTarget target) throws Exception {
        target.requireWrites();
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            BlockGeometry geometry = disk.geometry();
            Assumptions.assumeFalse(geometry.readOnly(), "the device is read-only");
            int size = geometry.blockSize();
            int count = (int) Math.min(BLOCKS, geometry.blockCount());
            long bytes = (long) count * size;
            for (long lba : new long[] {0, (geometry.blockCount() - count) / 2, geometry.blockCount() - count}) {
                try (DmaBuffer written = disk.allocate(bytes);
                        DmaBuffer read = disk.allocate(2 * bytes)) {
                    pattern(written.memory(), lba);
                    disk.write(lba, count, written, 0);
                    // One block alone, from inside of the buffer: those beside it stay as they are.
                    disk.write(lba + count - 1, 1, written, 0);
                    disk.flush();
                    disk.read(lba, count, read, bytes);
                    MemorySegment expected =
                            MemorySegment.ofArray(written.memory().toArray(ValueLayout.JAVA_BYTE));
                    MemorySegment.copy(expected, 0, expected, bytes - size, size);
                    assertEquals(
                            -1,
                            read.memory().asSlice(bytes, bytes).mismatch(expected),
                            () -> "the first byte that was read otherwise than it was written, from block " + lba);
                    assertEquals(
                            0,
                            read.memory().asSlice(0, bytes).toArray(ValueLayout.JAVA_LONG)[0],
                            "what is in the buffer before the offset that was read to");
                }
            }
        });
    }

    @Proves("DA-BLOCK-003")
    void absentBlocksAreRefused(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            long count = disk.geometry().blockCount();
            try (DmaBuffer buffer = disk.allocate(2L * disk.geometry().blockSize())) {
                for (long[] range : new long[][] {{-1, 1}, {count, 1}, {count - 1, 2}, {Long.MAX_VALUE, 1}, {0, -1}}) {
                    refused(device, IndexOutOfBoundsException.class, range[1] + " blocks at " + range[0], () -> {
                        disk.read(range[0], (int) range[1], buffer, 0);
                    });
                    if (target.writesAllowed()) {
                        refused(device, IndexOutOfBoundsException.class, range[1] + " blocks at " + range[0], () -> {
                            disk.write(range[0], (int) range[1], buffer, 0);
                        });
                    }
                }
            }
        });
    }

    @Proves("DA-BLOCK-004")
    void bytesOutsideOfTheBufferAreRefused(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            int size = disk.geometry().blockSize();
            try (DmaBuffer buffer = disk.allocate(size)) {
                for (long offset : new long[] {-4, 4, size, Long.MAX_VALUE - 3}) {
                    refused(device, IndexOutOfBoundsException.class, "a block at the byte " + offset, () -> {
                        disk.read(0, 1, buffer, offset);
                    });
                }
            }
            try (DmaBuffer buffer = disk.allocate(2L * size)) {
                refused(device, IllegalArgumentException.class, "a block at byte 2, no multiple of 4", () -> {
                    disk.read(0, 1, buffer, 2);
                });
            }
        });
    }

    @Proves("DA-BLOCK-005")
    void nothingIsDoneForNoBlocks(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize())) {
                int mark = device.journal().mark();
                disk.read(0, 0, buffer, 0);
                assertUntouched(device, mark, "reading no blocks");
            }
        });
    }

    @Proves("DA-BLOCK-006")
    void trimIsDoneOrRefused(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            if (!disk.geometry().trim()) {
                Refusal.of("trim()", () -> disk.trim(0, 1), UnsupportedCapabilityException.class);
                return;
            }
            refused(device, IndexOutOfBoundsException.class, "trimming what is not there", () -> {
                disk.trim(disk.geometry().blockCount(), 1);
            });
            target.requireWrites();
            Assumptions.assumeFalse(disk.geometry().readOnly(), "the disk can only be read");
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize())) {
                disk.trim(0, 1);
                assertDoesNotThrow(() -> disk.read(0, 1, buffer, 0), "reading what was trimmed");
            }
        });
    }

    @Proves("DA-BLOCK-007")
    void interruptedThreadsFinish(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize())) {
                Thread.currentThread().interrupt();
                disk.read(0, 1, buffer, 0);
                assertTrue(Thread.interrupted(), "the thread was interrupted, and is not after read()");
            }
        });
    }

    private static void refused(
            ProbedDevice device, Class<? extends RuntimeException> type, String what, Runnable operation) {
        int mark = device.journal().mark();
        assertThrows(type, operation::run, what);
        assertUntouched(device, mark, what);
    }

    private static void assertUntouched(ProbedDevice device, int mark, String what) {
        var entries = device.journal().since(mark);
        assertTrue(entries.isEmpty(), () -> what + " reached the device: " + Journal.words(entries));
    }

    private static void pattern(MemorySegment memory, long seed) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (seed + i * 31 + i / 251 + 1));
        }
    }
}
