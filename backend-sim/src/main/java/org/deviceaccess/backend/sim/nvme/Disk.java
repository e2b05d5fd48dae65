// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What the disk remembers. What was never written, or was trimmed, is zero and takes no memory. */
final class Disk {
    /** The length of a block in bytes. */
    static final int BLOCK = 512;

    private static final int CHUNK = 1 << 16;

    private final long size;
    private final @Nullable MemorySegment[] chunks;

    Disk(long size) {
        this.size = size;
        this.chunks = new MemorySegment[Math.toIntExact((size + CHUNK - 1) / CHUNK)];
    }

    long blocks() {
        return size / BLOCK;
    }

    boolean contains(long lba, long count) {
        return lba >= 0 && count >= 0 && lba <= blocks() - count;
    }

    void read(long position, MemorySegment into) {
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

    void write(long position, MemorySegment from) {
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

    void forget(long position, long length) {
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
