// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.disk;

import java.lang.foreign.MemorySegment;
import java.util.function.LongPredicate;
import org.deviceaccess.spi.OptionKey;
import org.jspecify.annotations.Nullable;

/** What the disk remembers. What was never written, or was trimmed, is zero and takes no memory. */
public final class Disk {
    /** The length of a block in bytes. */
    public static final int BLOCK = 512;

    private static final long LARGEST = 1L << 40;
    private static final long LARGEST_BLOCK = 1 << 16;
    private static final int CHUNK = 1 << 16;

    /** The option that says how large a disk is. */
    public static final OptionKey<Long> SIZE = checked(
            OptionKey.size("size", "How many bytes the disk has; memory is taken for what is written.", "64M"),
            bytes -> bytes >= BLOCK && bytes <= LARGEST && bytes % BLOCK == 0,
            "not a multiple of " + BLOCK + " up to 1024G");

    /** The option that says how long the blocks are that a disk is addressed by, in bytes. */
    public static final OptionKey<Long> BLOCK_SIZE = checked(
            OptionKey.number(
                    "block-size",
                    "How many bytes a block of the disk has, a power of two.",
                    BLOCK,
                    LARGEST_BLOCK,
                    BLOCK),
            bytes -> Long.bitCount(bytes) == 1,
            "not a power of two");

    private final long size;
    private final @Nullable MemorySegment[] chunks;

    /**
     * Makes an empty disk.
     *
     * @param size in bytes, as {@link #SIZE} allows
     */
    public Disk(long size) {
        this.size = size;
        this.chunks = new MemorySegment[Math.toIntExact((size + CHUNK - 1) / CHUNK)];
    }

    /** Returns an option that refuses the values, too, that are not allowed, with what they are otherwise. */
    private static OptionKey<Long> checked(OptionKey<Long> option, LongPredicate allowed, String otherwise) {
        return new OptionKey<>(option.name(), option.documentation(), option.form(), option.defaultValue(), text -> {
            long value = option.parser().apply(text);
            if (!allowed.test(value)) {
                throw new IllegalArgumentException(otherwise);
            }
            return value;
        });
    }

    /** Returns how many blocks it has. */
    public long blocks() {
        return size / BLOCK;
    }

    /** Returns whether it has so many blocks from one on. */
    public boolean contains(long lba, long count) {
        return lba >= 0 && count >= 0 && lba <= blocks() - count;
    }

    /** Reads bytes from a position on, which must be there. */
    public void read(long position, MemorySegment into) {
        for (long done = 0; done < into.byteSize(); ) {
            long at = position + done;
            long part = Math.min(into.byteSize() - done, CHUNK - at % CHUNK);
            MemorySegment chunk = chunks[(int) (at / CHUNK)];
            if (chunk == null) {
                into.asSlice(done, part).fill((byte) 0);
            } else {
                MemorySegment.copy(chunk, at % CHUNK, into, done, part);
            }
            done += part;
        }
    }

    /** Writes bytes from a position on, which must be there. */
    public void write(long position, MemorySegment from) {
        for (long done = 0; done < from.byteSize(); ) {
            long at = position + done;
            long part = Math.min(from.byteSize() - done, CHUNK - at % CHUNK);
            int number = (int) (at / CHUNK);
            MemorySegment chunk = chunks[number];
            if (chunk == null) {
                chunk = MemorySegment.ofArray(new byte[CHUNK]);
                chunks[number] = chunk;
            }
            MemorySegment.copy(from, done, chunk, at % CHUNK, part);
            done += part;
        }
    }

    /** Makes bytes zero again. */
    public void forget(long position, long length) {
        for (long done = 0; done < length; ) {
            long at = position + done;
            long part = Math.min(length - done, CHUNK - at % CHUNK);
            int number = (int) (at / CHUNK);
            MemorySegment chunk = chunks[number];
            if (chunk != null && part == CHUNK) {
                chunks[number] = null;
            } else if (chunk != null) {
                chunk.asSlice(at % CHUNK, part).fill((byte) 0);
            }
            done += part;
        }
    }
}
