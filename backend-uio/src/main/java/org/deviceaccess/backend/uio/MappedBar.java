// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.memory.MemoryMapper;
import org.deviceaccess.spi.region.RegionId;

/** A BAR in the memory of the process, which can be taken away from under its users. Used by one thread at a time. */
final class MappedBar {
    private final RegionId id;
    private final MemorySegment pages;
    private final Fd file;
    private final long offset;
    private boolean away;

    /**
     * @param id the BAR
     * @param pages the pages that it is in
     * @param file what they are mapped from
     * @param offset where they start in it, in bytes
     */
    MappedBar(RegionId id, MemorySegment pages, Fd file, long offset) {
        this.id = id;
        this.pages = pages;
        this.file = file;
        this.offset = offset;
    }

    /**
     * Makes accesses raise SIGBUS; without effect if they do already.
     *
     * @param nothing an empty file, of which every page is beyond its end
     */
    void takeAway(MemoryMapper mapper, Fd nothing) {
        if (!away) {
            mapper.replace(pages, nothing, 0, "take " + id + " away");
            away = true;
        }
    }

    /** Makes accesses reach the device again; without effect if they do. */
    void giveBack(MemoryMapper mapper) {
        if (away) {
            mapper.replace(pages, file, offset, "map " + id + " again");
            away = false;
        }
    }
}
