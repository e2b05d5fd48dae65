// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;

/** What tests do to a disk, whichever it is: data that says where it belongs, and its checksum. */
public final class Exercise {
    public static final Duration LONG = Duration.ofSeconds(60);

    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Exercise() {}

    /** Fills memory with what belongs at a position of the disk: other data for each block and each seed. */
    public static void fill(MemorySegment memory, long position, long seed) {
        for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
            memory.set(INT64, at, word(position + at, seed));
        }
    }

    /** Checks that memory holds what belongs at a position of the disk. */
    public static void check(MemorySegment memory, long position, long seed) {
        for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
            long found = memory.get(INT64, at);
            if (found != word(position + at, seed)) {
                throw new AssertionError("at byte " + (position + at) + " of the disk is " + Long.toHexString(found));
            }
        }
    }

    private static long word(long position, long seed) {
        return (position ^ seed << 48) * 0x9e3779b97f4a7c15L + seed;
    }

    /** Writes a part of the disk with many commands under way, reads it back so, and compares checksums. */
    public static void writeAndVerify(
            BlockDevice disk, Waiting waiting, int depth, long firstBlock, long blocks, long seed)
            throws InterruptedException {
        CRC32C written = new CRC32C();
        CRC32C read = new CRC32C();
        long bytes = stream(disk, waiting, depth, firstBlock, blocks, true, seed, written);
        assertEquals(bytes, stream(disk, waiting, depth, firstBlock, blocks, false, seed, read));
        assertEquals(written.getValue(), read.getValue(), "checksum of " + bytes + " bytes");
    }

    /**
     * Writes or reads in the order of the blocks. Buffers are used in turn, so that checksums are taken in order although
     * commands may end in any.
     */
    private static long stream(
            BlockDevice disk,
            Waiting waiting,
            int depth,
            long firstBlock,
            long blocks,
            boolean write,
            long seed,
            CRC32C checksum)
            throws InterruptedException {
        BlockGeometry geometry = disk.geometry();
        int block = geometry.blockSize();
        int step = Math.min(geometry.maxTransferBlocks(), 65_536 / block);
        boolean[] busy = new boolean[depth];
        try (DmaBuffer buffer = disk.allocate((long) depth * step * block);
                BlockQueue queue = disk.openQueue(depth, waiting)) {
            long submitted = 0;
            long collected = 0;
            while (collected < blocks) {
                while (submitted < blocks && submitted - collected < (long) depth * step) {
                    int slot = (int) (submitted / step % depth);
                    int count = (int) Math.min(step, blocks - submitted);
                    long offset = (long) slot * step * block;
                    long lba = firstBlock + submitted;
                    if (write) {
                        MemorySegment data = buffer.memory().asSlice(offset, (long) count * block);
                        fill(data, lba * block, seed);
                        checksum.update(data.asByteBuffer());
                        assertTrue(queue.submitWrite(lba, count, buffer, offset, slot));
                    } else {
                        assertTrue(queue.submitRead(lba, count, buffer, offset, slot));
                    }
                    busy[slot] = true;
                    submitted += count;
                }
                int ended = queue.await(LONG, (token, status, code) -> {
                    assertEquals(BlockStatus.SUCCESS, status);
                    busy[(int) token] = false;
                });
                assertTrue(ended > 0, "the disk ends commands");
                while (collected < submitted && !busy[(int) (collected / step % depth)]) {
                    int slot = (int) (collected / step % depth);
                    int count = (int) Math.min(step, blocks - collected);
                    if (!write) {
                        MemorySegment data = buffer.memory().asSlice((long) slot * step * block, (long) count * block);
                        check(data, (firstBlock + collected) * block, seed);
                        checksum.update(data.asByteBuffer());
                    }
                    collected += count;
                }
            }
            assertEquals(0, queue.underWay());
        }
        return blocks * block;
    }

    /** Writes and reads with all kinds of lengths and places in a buffer, and looks for what was touched beside them. */
    public static void transferAnyhow(BlockDevice disk) {
        BlockGeometry geometry = disk.geometry();
        int block = geometry.blockSize();
        int most = geometry.maxTransferBlocks() * 2 + 3;
        SplittableRandom random = new SplittableRandom(5);
        int[] lengths = {1, 2, 7, 8, 9, 16, 17, geometry.maxTransferBlocks(), most};
        try (DmaBuffer buffer = disk.allocate((long) most * block + 3 * 4096)) {
            MemorySegment memory = buffer.memory();
            for (int blocks : lengths) {
                long length = (long) blocks * block;
                for (long offset : new long[] {0, 4, 512, 4092, 4096, 8000}) {
                    long lba = random.nextLong(geometry.blockCount() - blocks);
                    fill(memory.asSlice(offset, length), lba * block, blocks);
                    disk.write(lba, blocks, buffer, offset);
                    memory.fill((byte) 0x5a);
                    disk.read(lba, blocks, buffer, offset);
                    check(memory.asSlice(offset, length), lba * block, blocks);
                    assertUntouched(memory.asSlice(0, offset));
                    assertUntouched(memory.asSlice(offset + length));
                }
            }
        }
    }

    private static void assertUntouched(MemorySegment memory) {
        assertFilled(memory, 0x5a, "what lies beside the transfer");
    }

    /** Asserts that each byte of memory is the same one. */
    public static void assertFilled(MemorySegment memory, int value, String what) {
        for (long at = 0; at < memory.byteSize(); at++) {
            byte found = memory.get(ValueLayout.JAVA_BYTE, at);
            if (found != (byte) value) {
                throw new AssertionError(what + ": byte " + at + " is 0x" + Integer.toHexString(found & 0xff));
            }
        }
    }
}
