// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;

/**
 * A region that is mapped into memory: the one class that touches a BAR.
 *
 * <p>A write is a plain store between two release fences. The store is plain because the obvious alternatives,
 * {@code VarHandle.setVolatile}, {@code setRelease} and {@code setOpaque}, are a locked exchange while interpreted,
 * which reads the register before it writes it. The fences are needed because the compiler would otherwise drop, merge
 * (two adjacent 32-bit stores become one of 64 bits) or forward plain stores to later loads; on x86-64 they cost
 * nothing.
 *
 * <p>A read is a plain load, an acquire fence, which orders it before later loads, and the poll of
 * {@link #deliverFault}. That poll is also what keeps the compiler from dropping a load whose value the caller does not
 * use, as one that only flushes posted writes: the value is returned after the poll, so it is among what the compiler
 * has to hand to the interpreter if the thread stops there, and C2 loads it for that. Nothing else keeps it: C2 drops
 * an unused plain load in spite of the fence, and those of {@code getVolatile}, {@code getAcquire} and
 * {@code getOpaque} as well. So each read has the poll between its load and its {@code return}; {@code UnusedReadTest}
 * holds that this is enough.
 *
 * <p>Bounds, alignment and life time are checked by the {@link MemorySegment}; the region turns its exceptions, and the
 * {@link InternalError} of a fault on device memory, into the errors that {@link Region} promises.
 */
public final class MmioRegion implements Region {
    private static final ValueLayout.OfByte INT8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    // Always 1, which the compiler must not know. It takes nothing for granted of an element of an array; of a field it
    // would, in a region that it sees being made, as by a slice() right before the access.
    private static final int[] ROUNDS = {1};

    private final RegionInfo info;
    private final MemorySegment segment;

    /**
     * Makes a region of mapped memory.
     *
     * <p>The region does not own the mapping: whoever made it closes its arena.
     *
     * @param info what is known of the region; its size is that of the segment
     * @param segment the mapping, of a shared arena, at an address that is a multiple of 8. It is the caller's word
     *     that nothing unmaps the memory while the arena is alive
     * @throws IllegalArgumentException if the sizes differ, the segment can be used by one thread only, its address is
     *     not a multiple of 8, or the information says that the region is not mapped, cannot be read or lacks a width
     */
    public MmioRegion(RegionInfo info, MemorySegment segment) {
        if (segment.byteSize() != info.size()) {
            throw new IllegalArgumentException(
                    info.id() + " has " + info.size() + " bytes, its mapping " + segment.byteSize());
        }
        if (!info.mapped() || !info.readable() || info.widths().size() != AccessWidth.values().length) {
            throw new IllegalArgumentException(
                    info.id() + " is not described as mapped, readable memory of all widths");
        }
        if (segment.address() % Long.BYTES != 0) {
            throw new IllegalArgumentException(info.id() + " is mapped at a misaligned address");
        }
        if (!segment.isAccessibleBy(new Thread(() -> {}))) {
            throw new IllegalArgumentException(info.id() + " is mapped in an arena of one thread");
        }
        this.info = info;
        this.segment = info.writable() ? segment : segment.asReadOnly();
    }

    @Override
    public RegionInfo info() {
        return info;
    }

    @Override
    public int read8(long offset) {
        try {
            byte value = segment.get(INT8, offset);
            VarHandle.acquireFence();
            deliverFault();
            return value & 0xff;
        } catch (RuntimeException | InternalError e) {
            throw explain(e, false, offset, AccessWidth.BITS_8);
        }
    }

    @Override
    public int read16(long offset) {
        try {
            short value = segment.get(INT16, offset);
            VarHandle.acquireFence();
            deliverFault();
            return value & 0xffff;
        } catch (RuntimeException | InternalError e) {
            throw explain(e, false, offset, AccessWidth.BITS_16);
        }
    }

    @Override
    public int read32(long offset) {
        try {
            int value = segment.get(INT32, offset);
            VarHandle.acquireFence();
            deliverFault();
            return value;
        } catch (RuntimeException | InternalError e) {
            throw explain(e, false, offset, AccessWidth.BITS_32);
        }
    }

    @Override
    public long read64(long offset) {
        try {
            long value = segment.get(INT64, offset);
            VarHandle.acquireFence();
            deliverFault();
            return value;
        } catch (RuntimeException | InternalError e) {
            throw explain(e, false, offset, AccessWidth.BITS_64);
        }
    }

    @Override
    public void write8(long offset, int value) {
        try {
            VarHandle.releaseFence();
            segment.set(INT8, offset, (byte) value);
            VarHandle.releaseFence();
            deliverFault();
        } catch (RuntimeException | InternalError e) {
            throw explain(e, true, offset, AccessWidth.BITS_8);
        }
    }

    @Override
    public void write16(long offset, int value) {
        try {
            VarHandle.releaseFence();
            segment.set(INT16, offset, (short) value);
            VarHandle.releaseFence();
            deliverFault();
        } catch (RuntimeException | InternalError e) {
            throw explain(e, true, offset, AccessWidth.BITS_16);
        }
    }

    @Override
    public void write32(long offset, int value) {
        try {
            VarHandle.releaseFence();
            segment.set(INT32, offset, value);
            VarHandle.releaseFence();
            deliverFault();
        } catch (RuntimeException | InternalError e) {
            throw explain(e, true, offset, AccessWidth.BITS_32);
        }
    }

    @Override
    public void write64(long offset, long value) {
        try {
            VarHandle.releaseFence();
            segment.set(INT64, offset, value);
            VarHandle.releaseFence();
            deliverFault();
        } catch (RuntimeException | InternalError e) {
            throw explain(e, true, offset, AccessWidth.BITS_64);
        }
    }

    @Override
    public Region slice(long offset, long size) {
        AccessErrors.checkSlice(info, offset, size);
        return new MmioRegion(info.withSize(size), segment.asSlice(offset, size));
    }

    /**
     * Makes a fault of the access before arrive here, inside the caller's {@code try}.
     *
     * <p>Compiled code goes on behind an access that faulted, and HotSpot throws at the next safepoint poll: where no
     * poll follows, in the caller of the compiled code, however far away. The branch backwards of a loop whose end the
     * compiler does not know is a poll. It also keeps a load alive whose value nobody uses, as the class says.
     */
    private static void deliverFault() {
        for (int i = ROUNDS[0]; i != 0; i >>>= 1) {
            // nothing to do but to branch back once
        }
    }

    /** Returns the error that Region promises for what the segment threw. */
    private RuntimeException explain(Throwable thrown, boolean write, long offset, AccessWidth width) {
        AccessErrors.check(info, write, offset, width);
        String operation = AccessErrors.describe(info, write, offset, width);
        if (thrown instanceof InternalError) {
            // HotSpot turns SIGBUS on a mapping into this error at the access itself; there is nothing else that a
            // single load or store could make it from.
            return new DeviceLostException(Failure.during(operation)
                    .because("the access faulted: the device is gone or its memory decoding is off")
                    .remedy("Close the device; when it is back, open it again")
                    .cause(thrown));
        }
        if (!segment.scope().isAlive()) {
            return new IllegalStateException("cannot " + operation + ": the device is closed", thrown);
        }
        return (RuntimeException) thrown;
    }

    @Override
    public String toString() {
        return info.id() + " (" + info.size() + " bytes, mapped)";
    }
}
