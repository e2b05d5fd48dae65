// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.disk.Disk;
import org.jspecify.annotations.Nullable;

/** A block device with a write cache that forgets nothing (virtio 1.2, 5.2). */
final class BlockType implements DeviceType {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long SIZE_MAX = 1L << 1;
    private static final long SEG_MAX = 1L << 2;
    private static final long RO = 1L << 5;
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
    private static final int CONFIGURATION = 60;

    private final Disk disk;
    private final BlockLimits limits;
    private final MemorySegment configuration = MemorySegment.ofArray(new byte[CONFIGURATION]);
    private final MemorySegment header = MemorySegment.ofArray(new byte[HEADER]);
    private int segments = 1;
    private long segmentBytes = Long.MAX_VALUE;

    BlockType(Disk disk, BlockLimits limits) {
        this.disk = disk;
        this.limits = limits;
        configuration.set(INT64, 0, disk.blocks());
        configuration.set(INT32, 8, (int) limits.segmentBytes());
        configuration.set(INT32, 12, limits.segments());
        configuration.set(INT32, 20, limits.blockSize());
        configuration.set(INT16, 34, (short) limits.queues());
        configuration.set(INT32, 36, (int) limits.discardSectors());
        configuration.set(INT32, 40, 1); // ranges of a discard
        configuration.set(INT32, 44, limits.sectorsPerBlock()); // their alignment
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
        return BLK_SIZE
                | FLUSH_FEATURE
                | (limits.segmentBytes() == 0 ? 0 : SIZE_MAX)
                | (limits.segments() == 0 ? 0 : SEG_MAX)
                | (limits.readOnly() ? RO : 0)
                | (limits.queues() == 1 ? 0 : MQ)
                | (limits.discardSectors() == 0 ? 0 : DISCARD_FEATURE);
    }

    @Override
    public int queues() {
        return limits.queues();
    }

    @Override
    public int configuration(int offset) {
        return offset < CONFIGURATION ? configuration.get(ValueLayout.JAVA_BYTE, offset) : 0;
    }

    @Override
    public void reset(long features) {
        // The disk forgets nothing, but a driver that did not ask how many pieces there can be sends one.
        segments = (features & SEG_MAX) == 0 ? 1 : limits.segments();
        segmentBytes = (features & SIZE_MAX) == 0 ? Long.MAX_VALUE : limits.segmentBytes();
    }

    @Override
    public void work(VirtioQueue notified) {
        for (Chain chain = notified.next(); chain != null; chain = notified.next()) {
            serve(notified, chain);
        }
        notified.tell();
    }

    private void serve(VirtioQueue queue, Chain chain) {
        long room = chain.writableBytes() - 1;
        if (room < 0 || !chain.read(0, header)) {
            queue.refuse("a request without header or status");
            return;
        }
        if (chain.readablePieces(HEADER) + chain.writablePieces(room) > segments) {
            queue.refuse("data in more than " + segments + " pieces");
            return;
        }
        if (chain.longestPiece() > segmentBytes) {
            queue.refuse("a piece of data longer than " + segmentBytes + " bytes");
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
        long sector = header.get(INT64, 8);
        return switch (header.get(INT32, 0)) {
            case IN -> read(chain, sector, room);
            case OUT -> limits.readOnly() ? IO_ERROR : write(chain, sector);
            case FLUSH -> OK;
            case DISCARD -> limits.discardSectors() == 0 ? UNSUPPORTED : discard(chain);
            default -> UNSUPPORTED;
        };
    }

    /** Returns whether a range is there and made of whole blocks. */
    private boolean fits(long sector, long bytes) {
        return bytes % limits.blockSize() == 0 && containsBlocks(sector, bytes / Disk.BLOCK);
    }

    private boolean containsBlocks(long sector, long count) {
        return sector % limits.sectorsPerBlock() == 0
                && count % limits.sectorsPerBlock() == 0
                && disk.contains(sector, count);
    }

    private int read(Chain chain, long sector, long length) {
        if (!fits(sector, length)) {
            return IO_ERROR;
        }
        MemorySegment data = MemorySegment.ofArray(new byte[(int) length]);
        disk.read(sector * Disk.BLOCK, data);
        return chain.write(0, data) ? OK : IO_ERROR;
    }

    private int write(Chain chain, long sector) {
        long length = chain.readableBytes() - HEADER;
        if (!fits(sector, length)) {
            return IO_ERROR;
        }
        MemorySegment data = MemorySegment.ofArray(new byte[(int) length]);
        if (!chain.read(HEADER, data)) {
            return IO_ERROR;
        }
        disk.write(sector * Disk.BLOCK, data);
        return OK;
    }

    private int discard(Chain chain) {
        MemorySegment range = MemorySegment.ofArray(new byte[RANGE]);
        if (chain.readableBytes() != HEADER + RANGE || !chain.read(HEADER, range)) {
            return UNSUPPORTED;
        }
        long sector = range.get(INT64, 0);
        long count = Integer.toUnsignedLong(range.get(INT32, 8));
        if (range.get(INT32, 12) != 0 || count > limits.discardSectors()) {
            return UNSUPPORTED;
        }
        if (limits.readOnly() || !containsBlocks(sector, count)) {
            return IO_ERROR;
        }
        disk.forget(sector * Disk.BLOCK, count * Disk.BLOCK);
        return OK;
    }
}
