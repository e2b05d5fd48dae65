// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/** As much of a virtio driver as tests of the models need: queues of 16 descriptors in one piece of memory. */
final class TestDriver implements AutoCloseable {
    static final long VERSION_1 = 1L << 32;
    static final long ACCESS_PLATFORM = 1L << 33;
    static final int NO_VECTOR = 0xffff;
    /** Where the structures are. */
    static final int ISR = 0x1000;

    static final int SPECIFIC = 0x2000;
    static final int NOTIFY = 0x3000;
    static final int STATUS = 0x14;
    static final int GENERATION = 0x15;
    static final int CONFIG_VECTOR = 0x10;
    static final int NEEDS_RESET = 64;
    /** Where data can be in the memory. */
    static final int DATA = 0x10000;

    private static final int SIZE = 16;
    private static final int QUEUE_BYTES = 0x1000;
    private static final int AVAILABLE = 0x400;
    private static final int USED = 0x800;
    private static final int NEXT = 1;
    private static final int WRITE = 2;

    /** A piece of memory in a request. */
    record Piece(int offset, int length, boolean written) {}

    /** What a device says of a request. */
    record Used(int id, int length) {}

    final Region bar;
    final DmaBuffer buffer;
    final MemorySegment memory;
    private final int queues;
    private final int[] descriptors;
    private final int[] given;
    private final int[] taken;

    TestDriver(DeviceAccess device) {
        bar = device.region(RegionId.bar(4));
        buffer = device.dma().allocate(1 << 18, DmaConstraints.NONE);
        memory = buffer.memory();
        queues = bar.read16(0x12);
        descriptors = new int[queues];
        given = new int[queues];
        taken = new int[queues];
    }

    static Piece read(int offset, int length) {
        return new Piece(offset, length, false);
    }

    static Piece written(int offset, int length) {
        return new Piece(offset, length, true);
    }

    long offered() {
        bar.write32(0x00, 1);
        long high = bar.read32(0x04);
        bar.write32(0x00, 0);
        return high << Integer.SIZE | Integer.toUnsignedLong(bar.read32(0x04));
    }

    int status() {
        return bar.read8(STATUS);
    }

    /** Brings the device to DRIVER_OK, with all features but indirect descriptors and the event index. */
    void start(int... vectors) {
        bar.write8(STATUS, 0);
        assertEquals(0, status());
        bar.write8(STATUS, 1);
        bar.write8(STATUS, 3);
        long features = offered() & ~(3L << 28);
        bar.write32(0x08, 0);
        bar.write32(0x0c, (int) features);
        bar.write32(0x08, 1);
        bar.write32(0x0c, (int) (features >>> Integer.SIZE));
        bar.write8(STATUS, 11);
        assertEquals(11, status());
        memory.fill((byte) 0);
        for (int queue = 0; queue < queues; queue++) {
            long start = buffer.deviceAddress() + (long) queue * QUEUE_BYTES;
            bar.write16(0x16, queue);
            bar.write16(0x18, SIZE);
            bar.write16(0x1a, (queue < vectors.length ? vectors[queue] : NO_VECTOR));
            set(0x20, start);
            set(0x28, start + AVAILABLE);
            set(0x30, start + USED);
            bar.write16(0x1c, 1);
            descriptors[queue] = 0;
            given[queue] = 0;
            taken[queue] = 0;
        }
        bar.write8(STATUS, 15);
    }

    private void set(int register, long address) {
        bar.write32(register, (int) address);
        bar.write32(register + 4, (int) (address >>> Integer.SIZE));
    }

    int queueVector(int queue) {
        bar.write16(0x16, queue);
        return bar.read16(0x1a);
    }

    /** Makes a chain available and notifies the device; returns its head. */
    int add(int queue, Piece... pieces) {
        int base = queue * QUEUE_BYTES;
        int head = descriptors[queue] % SIZE;
        for (int i = 0; i < pieces.length; i++) {
            int number = descriptors[queue]++ % SIZE;
            int flags = (pieces[i].written() ? WRITE : 0) | (i + 1 < pieces.length ? NEXT : 0);
            int at = base + number * 16;
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, buffer.deviceAddress() + pieces[i].offset());
            memory.set(ValueLayout.JAVA_INT_UNALIGNED, at + 8, pieces[i].length());
            memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 12, (short) flags);
            memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 14, (short) ((number + 1) % SIZE));
        }
        int available = base + AVAILABLE;
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, available + 4 + given[queue] % SIZE * 2L, (short) head);
        given[queue]++;
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, available + 2, (short) given[queue]);
        bar.write16(NOTIFY + queue * 4, queue);
        return head;
    }

    /** Returns whether something was used that was not taken yet. */
    boolean hasUsed(int queue) {
        // A register access orders what is read of memory behind it.
        status();
        return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, (long) queue * QUEUE_BYTES + USED + 2)
                != (short) taken[queue];
    }

    /** Waits for what is used next. */
    Used await(int queue) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!hasUsed(queue)) {
            if (System.nanoTime() > end) {
                return fail("nothing was used in the queue " + queue);
            }
            Thread.onSpinWait();
        }
        long at = (long) queue * QUEUE_BYTES + USED + 4 + taken[queue]++ % SIZE * 8L;
        return new Used(
                memory.get(ValueLayout.JAVA_INT_UNALIGNED, at), memory.get(ValueLayout.JAVA_INT_UNALIGNED, at + 4));
    }

    @Override
    public void close() {
        buffer.close();
    }
}
