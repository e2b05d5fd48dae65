// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.deviceaccess.backend.sim.disk.Disk;
import org.jspecify.annotations.Nullable;

/** A block device with a write cache that forgets nothing (virtio 1.2, 5.2). */
final class BlockType implements DeviceType {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long SEG_MAX = 1L << 2;
    private static final long BLK_SIZE = 1L << 6;
    private static final long FLUSH_FEATURE = 1L << 9;
    private static final long MQ = 1L << 12;
    private static final long DISCARD_FEATURE = 1L << 13;

    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int FLUSH = 4;
    private static final int DISCARD = 11;
    private static final int OK = 0;
    private static final int IO_ERROR = 1;
    private static final int UNSUPPORTED = 2;

    private static final int HEADER = 16;
    private static final int RANGE = 16;
    private static final int MOST_SEGMENTS = 126;
    private static final int MOST_DISCARDED = 1 << 22;
    private static final int CONFIGURATION = 60;

    private final Disk disk;
    private final int queues;
    private final MemorySegment configuration = MemorySegment.ofArray(new byte[CONFIGURATION]);
    private final MemorySegment header = MemorySegment.ofArray(new byte[HEADER]);

    BlockType(Disk disk, int queues) {
        this.disk = disk;
        this.queues = queues;
        configuration.set(INT64, 0, disk.blocks());
        configuration.set(INT32, 12, MOST_SEGMENTS);
        configuration.set(INT32, 20, Disk.BLOCK);
        configuration.set(INT16, 34, (short) queues);
        configuration.set(INT32, 36, MOST_DISCARDED);
        configuration.set(INT32, 40, 1); // ranges of a discard
        configuration.set(INT32, 44, 1); // their alignment
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public int classCode() {
        return 0x010000;
    }

    @Override
    public long features() {
        return SEG_MAX | BLK_SIZE | FLUSH_FEATURE | MQ | DISCARD_FEATURE;
    }

    @Override
    public int queues() {
        return queues;
    }

    @Override
    public int configuration(int offset) {
        return offset < CONFIGURATION ? configuration.get(ValueLayout.JAVA_BYTE, offset) : 0;
    }

    @Override
    public void reset(long features) {
        // The disk forgets nothing.
    }

    @Override
    public void work(int notified, List<VirtioQueue> all) {
        VirtioQueue queue = all.get(notified);
        for (Chain chain = queue.next(); chain != null; chain = queue.next()) {
            serve(queue, chain);
        }
        queue.tell();
    }

    private void serve(VirtioQueue queue, Chain chain) {
        long room = chain.writableBytes() - 1;
        if (room < 0 || !chain.read(0, header)) {
            queue.refuse("a request without header or status");
            return;
        }
        VirtioFaults.@Nullable Fault fault = queue.fault();
        if (fault != null && fault.kind() == VirtioFaults.Kind.LOSE) {
            return;
        }
        int status = fault != null && fault.kind() == VirtioFaults.Kind.STATUS ? fault.value() : execute(chain, room);
        byte[] answer = {(byte) status};
        chain.write(room, MemorySegment.ofArray(answer));
        queue.end(chain, (int) room + 1, fault);
    }

    private int execute(Chain chain, long room) {
        long position = header.get(INT64, 8) * Disk.BLOCK;
        return switch (header.get(INT32, 0)) {
            case IN -> read(chain, position, room);
            case OUT -> write(chain, position);
            case FLUSH -> OK;
            case DISCARD -> discard(chain);
            default -> UNSUPPORTED;
        };
    }

    private boolean fits(long position, long length) {
        return position >= 0 && length % Disk.BLOCK == 0 && disk.contains(position / Disk.BLOCK, length / Disk.BLOCK);
    }

    private int read(Chain chain, long position, long length) {
        if (!fits(position, length)) {
            return IO_ERROR;
        }
        MemorySegment data = MemorySegment.ofArray(new byte[(int) length]);
        disk.read(position, data);
        return chain.write(0, data) ? OK : IO_ERROR;
    }

    private int write(Chain chain, long position) {
        long length = chain.readableBytes() - HEADER;
        if (!fits(position, length)) {
            return IO_ERROR;
        }
        MemorySegment data = MemorySegment.ofArray(new byte[(int) length]);
        if (!chain.read(HEADER, data)) {
            return IO_ERROR;
        }
        disk.write(position, data);
        return OK;
    }

    private int discard(Chain chain) {
        MemorySegment range = MemorySegment.ofArray(new byte[RANGE]);
        if (chain.readableBytes() != HEADER + RANGE || !chain.read(HEADER, range)) {
            return UNSUPPORTED;
        }
        long sector = range.get(INT64, 0);
        long count = Integer.toUnsignedLong(range.get(INT32, 8));
        if (range.get(INT32, 12) != 0 || count > MOST_DISCARDED) {
            return UNSUPPORTED;
        }
        if (!disk.contains(sector, count)) {
            return IO_ERROR;
        }
        disk.forget(sector * Disk.BLOCK, count * Disk.BLOCK);
        return OK;
    }
}
