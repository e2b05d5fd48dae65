// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.linux.memory.PinningLimit;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.Failure;

/** Locked pages of one mapping, whose physical addresses are known, and which parts of them are in use. */
final class PinnedPages {
    private final LibC libc;
    private final long address;
    private final long length;
    private final long pageSize;
    private final Pagemap pagemap;
    private final long granule;
    private final List<PhysicalRun> runs;
    private final FreeRanges free;

    private PinnedPages(Pagemap pagemap, long address, long length, long pageSize) {
        this.libc = pagemap.libc();
        this.pagemap = pagemap;
        this.pageSize = pageSize;
        this.address = address;
        this.length = length;
        this.granule = pagemap.pageSize();
        this.runs = pagemap.runs(address, length);
        this.free = new FreeRanges(length);
    }

    /**
     * A part of the pages that is in use.
     *
     * @param pages what it is a part of
     * @param offset where it starts in them, in bytes
     * @param length in bytes, whole pages of the processor
     * @param segments the pieces to hand to the device
     */
    record Place(PinnedPages pages, long offset, long length, List<DmaSegment> segments) {
        /** Returns where it is in this process. */
        long address() {
            return pages.address + offset;
        }

        /** Returns where it was in physical memory when the pages were locked. */
        List<PhysicalRun> runs() {
            return PhysicalRun.slice(pages.runs, offset, length);
        }

        /** Gives the part back to the pages. */
        void giveBack() {
            pages.free.give(offset, offset + length);
        }
    }

    /**
     * How pages are to be mapped.
     *
     * @param pageSize the size of each: of a hugepage, or the processor's own
     * @param count how many
     * @param descending whether the last one is to be had first: the kernel often hands out neighbours in descending
     *     order
     */
    record Kind(long pageSize, long count, boolean descending) {
        private int flags(long ordinaryPageSize) {
            int shared = Mman.MAP_SHARED | Mman.MAP_ANONYMOUS;
            return pageSize == ordinaryPageSize
                    ? shared
                    : shared | Mman.MAP_HUGETLB | Long.numberOfTrailingZeros(pageSize) << Mman.MAP_HUGE_SHIFT;
        }

        private long first(long page) {
            return (descending ? count - 1 - page : page) * pageSize;
        }
    }

    /** Maps pages, or answers nothing if the kernel has no such pages to give. */
    static Optional<PinnedPages> map(Pagemap pagemap, Kind kind, String operation) {
        LibC libc = pagemap.libc();
        long length = kind.pageSize() * kind.count();
        long address = libc.mmap(0, length, Mman.PROT_READ | Mman.PROT_WRITE, kind.flags(pagemap.pageSize()), -1, 0);
        if (address == -Errnos.ENOMEM) {
            return Optional.empty();
        }
        if (address < 0) {
            throw KernelErrors.of(
                    address, Failure.during(operation).because("mmap of " + length + " bytes of locked memory failed"));
        }
        try {
            for (long page = 0; page < kind.count(); page++) {
                lock(libc, address + kind.first(page), kind.pageSize(), operation);
            }
            return Optional.of(new PinnedPages(pagemap, address, length, kind.pageSize()));
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, () -> unmap(libc, address, length));
        }
    }

    /** Locks a page, which also makes the kernel put memory behind it now. */
    private static void lock(LibC libc, long address, long pageSize, String operation) {
        int result = libc.mlock(address, pageSize);
        if (result == -Errnos.ENOMEM || result == -Errnos.EAGAIN) {
            throw PinningLimit.explain(libc, Failure.during(operation), -result, pageSize);
        }
        if (result < 0) {
            throw KernelErrors.of(result, Failure.during(operation).because("mlock of " + pageSize + " bytes failed"));
        }
    }

    /** Takes the first part that meets the request, or answers nothing if none does. */
    Optional<Place> take(PhysicalRequest request) {
        long needed = Math.ceilDiv(request.size(), granule) * granule;
        for (FreeRanges.Range range : free.list()) {
            for (PhysicalRun run : runs) {
                Optional<Place> place = take(request, needed, range, run);
                if (place.isPresent()) {
                    return place;
                }
            }
        }
        return Optional.empty();
    }

    /** Takes a part that begins in the run and lies in the free range. */
    private Optional<Place> take(PhysicalRequest request, long needed, FreeRanges.Range range, PhysicalRun run) {
        long first = Math.max(range.start(), run.offset());
        long last = Math.min(range.end() - needed, run.end() - 1);
        long alignment = Math.max(request.constraints().alignment(), granule);
        // Lower is better for the device's address bits, so only a boundary can make a later start fit better.
        for (long step :
                new long[] {alignment, Math.max(alignment, request.constraints().boundary())}) {
            long physical = run.address() + (first - run.offset());
            long up = -physical & (step - 1);
            if (up < 0 || up > last - first) {
                continue;
            }
            long offset = first + up;
            List<PhysicalRun> memory = PhysicalRun.slice(runs, offset, request.size());
            if (request.fit(memory) instanceof PhysicalRequest.Segments segments) {
                free.take(offset, offset + needed);
                return Optional.of(new Place(this, offset, needed, segments.list()));
            }
        }
        return Optional.empty();
    }

    /** Says why not even the whole of the pages meets the request. */
    String clash(PhysicalRequest request) {
        return switch (request.fit(PhysicalRun.slice(runs, 0, Math.min(request.size(), length)))) {
            case PhysicalRequest.Clash clash -> clash.limit();
            case PhysicalRequest.Segments tooShort -> "the pages have " + length + " bytes";
        };
    }

    /** Returns whether they are one page of the size. */
    boolean isOne(long size) {
        return pageSize == size && length == size;
    }

    /** Asks the kernel whether they are where they were when they were locked. */
    boolean isInPlace() {
        return pagemap.runs(address, length).equals(runs);
    }

    /** Returns whether nothing of them is in use. */
    boolean isUnused() {
        return free.isWhole();
    }

    /** Returns the lowest physical address. */
    long lowest() {
        return runs.stream().mapToLong(PhysicalRun::address).min().orElseThrow();
    }

    /** Unlocks the pages and gives them back to the kernel. */
    void release() {
        unmap(libc, address, length);
    }

    private static void unmap(LibC libc, long address, long length) {
        int result = libc.munmap(address, length);
        if (result < 0) {
            throw KernelErrors.of(
                    result,
                    Failure.during("unmap " + length + " bytes of locked memory at 0x" + Long.toHexString(address)));
        }
    }
}
