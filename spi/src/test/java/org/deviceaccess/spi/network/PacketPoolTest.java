// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.junit.jupiter.api.Test;

/** Buffers are in one place at a time, and where the device is told. */
class PacketPoolTest {
    /** Memory in two pieces for the device: the second lies below the first. */
    private record TwoPieces(MemorySegment memory) implements DmaBuffer {
        private static final long PIECE = 4096;
        private static final long FIRST = 0x9000;
        private static final long SECOND = 0x3000;

        @Override
        public long size() {
            return memory.byteSize();
        }

        @Override
        public DmaDirection direction() {
            return DmaDirection.BIDIRECTIONAL;
        }

        @Override
        public List<DmaSegment> segments() {
            return List.of(new DmaSegment(0, FIRST, PIECE), new DmaSegment(PIECE, SECOND, size() - PIECE));
        }

        @Override
        public long deviceAddress() {
            return FIRST;
        }

        @Override
        public long deviceAddress(long offset) {
            Objects.checkIndex(offset, size());
            return offset < PIECE ? FIRST + offset : SECOND + offset - PIECE;
        }

        @Override
        public void close() {}
    }

    private final PacketPool pool = new PacketPool(new TwoPieces(Arena.ofAuto().allocate(8192, 4096)), 2048);

    @Test
    void roomInFrontOfABufferIsNotOfIt() {
        MemorySegment memory = Arena.ofAuto().allocate(8192, 4096);
        PacketPool roomy = new PacketPool(new TwoPieces(memory), 2048, 64);
        assertEquals(4, roomy.size());
        assertEquals(2048 - 64, roomy.bufferSize());
        PacketBatch batch = roomy.batch(4);
        assertEquals(4, roomy.take(batch, 4));
        for (int i = 0; i < 4; i++) {
            int buffer = batch.buffer(i);
            assertEquals(2048 - 64, batch.memory(i).byteSize());
            assertEquals(memory.address() + 2048L * buffer + 64, batch.memory(i).address());
            assertEquals((buffer < 2 ? 0x9000 : 0x3000) + 2048L * (buffer % 2) + 64, roomy.deviceAddress(buffer));
        }
        batch.setLength(0, 2048 - 64);
        assertThrows(IllegalArgumentException.class, () -> batch.setLength(0, 2048 - 63));
        for (int headroom : new int[] {-1, 2048}) {
            assertThrows(IllegalArgumentException.class, () -> new PacketPool(new TwoPieces(memory), 2048, headroom));
        }
    }

    @Test
    void everyBufferIsItsOwnPieceOfMemory() {
        PacketBatch batch = pool.batch(10);
        assertEquals(4, pool.take(batch, 10), "there are no more");
        Set<Long> addresses = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            assertEquals(2048, batch.memory(i).byteSize());
            assertSame(batch.memory(i), batch.memory(i));
            addresses.add(pool.deviceAddress(batch.buffer(i)));
        }
        assertEquals(Set.of(0x9000L, 0x9800L, 0x3000L, 0x3800L), addresses);
        assertEquals(0, pool.available());
        assertEquals(0, pool.take(batch, 1));
        batch.giveBack();
        assertTrue(batch.isEmpty());
        assertEquals(4, pool.available());
    }

    @Test
    void aBatchTakesWhatItHasRoomFor() {
        PacketBatch batch = pool.batch(3);
        assertEquals(2, pool.take(batch, 2));
        assertEquals(1, pool.take(batch, 2));
        assertEquals(0, batch.room());
        assertEquals(0, pool.take(batch, 1));
        assertThrows(IllegalStateException.class, () -> batch.add(3, 0));
    }

    @Test
    void packetsMoveUpWhenTheFirstAreRemoved() {
        PacketBatch batch = pool.batch(4);
        pool.take(batch, 4);
        for (int i = 0; i < 4; i++) {
            batch.setLength(i, 100 + i);
        }
        int third = batch.buffer(2);
        batch.removeFirst(2);
        assertEquals(2, batch.size());
        assertEquals(third, batch.buffer(0));
        assertEquals(102, batch.length(0));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.length(2));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.removeFirst(3));
        batch.removeFirst(2);
        assertEquals(0, pool.available(), "what was removed is not free");
    }

    @Test
    void aBufferIsGivenBackOnce() {
        PacketBatch batch = pool.batch(2);
        pool.take(batch, 1);
        int buffer = batch.buffer(0);
        PacketBatch copy = pool.batch(2);
        copy.add(buffer, 0);
        batch.giveBack();
        assertThrows(IllegalStateException.class, copy::giveBack);
        assertEquals(4, pool.available());
    }

    @Test
    void refusesWhatMakesNoSense() {
        DmaBuffer memory = new TwoPieces(Arena.ofAuto().allocate(8192, 4096));
        assertThrows(IllegalArgumentException.class, () -> new PacketPool(memory, 1500));
        assertThrows(IllegalArgumentException.class, () -> new PacketPool(memory, 8192), "not contiguous");
        assertThrows(IllegalArgumentException.class, () -> new PacketPool(memory, 16_384));
        assertThrows(IllegalArgumentException.class, () -> pool.batch(0));
        PacketPool other = new PacketPool(memory, 2048);
        assertThrows(IllegalArgumentException.class, () -> other.take(pool.batch(1), 1));
        PacketBatch batch = pool.batch(1);
        pool.take(batch, 1);
        assertThrows(IllegalArgumentException.class, () -> batch.setLength(0, 2049));
        assertThrows(IllegalArgumentException.class, () -> batch.setLength(0, -1));
        assertThrows(IllegalArgumentException.class, () -> other.giveBack(batch));
    }

    @Test
    void aDriverTakesBuffersIntoItsRing() {
        int[] ring = {-1, -1, -1, -1, -1, -1};
        assertEquals(3, pool.take(ring, 1, 3));
        assertEquals(-1, ring[0]);
        assertEquals(-1, ring[4]);
        assertEquals(1, pool.available());
        assertEquals(1, pool.take(ring, 4, 2), "only one was left");
        assertEquals(4, Arrays.stream(ring, 1, 5).distinct().filter(b -> b >= 0).count(), "each buffer once");
        assertThrows(IndexOutOfBoundsException.class, () -> pool.take(ring, 5, 2));
        pool.giveBack(ring, 1, 4);
        assertEquals(4, pool.available());
        assertThrows(IllegalStateException.class, () -> pool.giveBack(ring, 1, 1));
    }

    @Test
    void aDriverHandsPacketsOverInBulk() {
        PacketBatch batch = pool.batch(3);
        int[] ring = new int[4];
        pool.take(ring, 0, 4);
        int[] lengths = {60, 0, pool.bufferSize(), pool.bufferSize() + 1};
        assertThrows(IllegalArgumentException.class, () -> batch.addAll(ring, lengths, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> batch.addAll(ring, new int[] {0, -1, 0, 0}, 0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.addAll(ring, lengths, 0, 4));
        assertEquals(0, batch.size(), "nothing was added");
        batch.addAll(ring, lengths, 1, 2);
        batch.addAll(ring, lengths, 0, 1);
        assertEquals(3, batch.size());
        assertEquals(ring[1], batch.buffer(0));
        assertEquals(pool.bufferSize(), batch.length(1));
        assertEquals(ring[0], batch.buffer(2));
        int[] copy = new int[4];
        batch.copyBuffers(1, copy, 2, 2);
        assertEquals(ring[2], copy[2]);
        assertEquals(ring[0], copy[3]);
        assertThrows(IndexOutOfBoundsException.class, () -> batch.copyBuffers(2, copy, 0, 2));
    }
}
