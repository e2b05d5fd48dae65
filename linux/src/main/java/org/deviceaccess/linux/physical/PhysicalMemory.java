// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.MemlockLimitException;
import org.jspecify.annotations.Nullable;

/**
 * The locked pages of one device. Requests share pages, so that many small ones do not take a hugepage each; pages of
 * which nothing is used go back to the kernel at once, but for one hugepage of the smallest size: mapping, locking and
 * zeroing it takes several times as long as taking a part of it. Even that one goes back if the machine has no other
 * left when it falls out of use. Safe for use by any thread; {@link PhysicalDma} makes one buffer at a time.
 */
final class PhysicalMemory {
    // Where a page lies is up to the kernel, so several are tried; all that are free if need be, within reason.
    private static final long MOST_ATTEMPTS = 512;
    private static final long ORDINARY_ATTEMPTS = 64;

    private final Pagemap pagemap;
    private final Hugepages hugepages;
    private final boolean smallPages;
    private final HugetlbLimit limits;
    private final List<PinnedPages> inUse = new ArrayList<>();
    private @Nullable PinnedPages idle;
    private boolean closed;

    PhysicalMemory(Pagemap pagemap, Hugepages hugepages, boolean smallPages) {
        this.limits = HugetlbLimit.of(hugepages.sysfs());
        this.pagemap = pagemap;
        this.hugepages = hugepages;
        this.smallPages = smallPages;
    }

    /**
     * A way to meet a request with fresh pages.
     *
     * @param pageSize the size of each page
     * @param count how many pages the request takes
     * @param attempts how often it can be tried
     */
    private record Source(long pageSize, long count, long attempts) {}

    /** Takes a place that meets the request from pages that are in use already, or from fresh ones. */
    synchronized PinnedPages.Place take(PhysicalRequest request) {
        for (PinnedPages pages : inUse) {
            Optional<PinnedPages.Place> place = pages.take(request);
            if (place.isPresent()) {
                return place.get();
            }
        }
        Optional<PinnedPages.Place> ofIdle = takeIdle(request);
        if (ofIdle.isPresent()) {
            return ofIdle.get();
        }
        List<PinnedPages> rejected = new ArrayList<>();
        PinnedPages.Place place;
        try {
            place = search(request, rejected);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, () -> release(rejected));
        }
        inUse.add(place.pages());
        try {
            release(rejected);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, () -> giveBack(place));
        }
        return place;
    }

    /** Takes a place in the idle hugepage, or gives that back to the kernel: the request may need what it is made of. */
    private Optional<PinnedPages.Place> takeIdle(PhysicalRequest request) {
        PinnedPages pages = idle;
        if (pages == null) {
            return Optional.empty();
        }
        // The kernel may have moved it while nobody looked.
        Optional<PinnedPages.Place> place = pages.isInPlace() ? pages.take(request) : Optional.empty();
        idle = null;
        if (place.isPresent()) {
            inUse.add(pages);
        } else {
            pages.release();
        }
        return place;
    }

    /** Maps pages until some meet the request. Those that do not are kept meanwhile, or they would come again. */
    private PinnedPages.Place search(PhysicalRequest request, List<PinnedPages> rejected) {
        List<Hugepages.Pool> pools = hugepages.pools();
        for (Source source : sources(request, pools)) {
            for (long attempt = 0; attempt < source.attempts(); attempt++) {
                var kind = new PinnedPages.Kind(source.pageSize(), source.count(), attempt % 2 == 0);
                Optional<PinnedPages> pages = map(kind, request);
                if (pages.isEmpty()) {
                    break;
                }
                Optional<PinnedPages.Place> place = pages.get().take(request);
                if (place.isPresent()) {
                    return place.get();
                }
                rejected.add(pages.get());
            }
        }
        throw rejected.isEmpty() ? nothingFree(request, pools) : nothingSuits(request, rejected);
    }

    /** Maps pages; what a control group does not allow is found out when the kernel puts memory behind them. */
    private Optional<PinnedPages> map(PinnedPages.Kind kind, PhysicalRequest request) {
        long length = kind.pageSize() * kind.count();
        try {
            return PinnedPages.map(pagemap, kind, request.operation());
        } catch (DmaMemoryException | MemlockLimitException e) {
            if (kind.pageSize() == pagemap.pageSize()
                    || limits.exceededBy(kind.pageSize(), length).isEmpty()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Returns the ways in the order in which they are tried: one page that is large enough, many, an ordinary one. */
    private List<Source> sources(PhysicalRequest request, List<Hugepages.Pool> pools) {
        List<Source> one = new ArrayList<>();
        List<Source> many = new ArrayList<>();
        for (Hugepages.Pool pool : pools) {
            long count = Math.ceilDiv(request.size(), pool.pageSize());
            long attempts = Math.min(pool.available() / count, MOST_ATTEMPTS);
            (count == 1 ? one : many).add(new Source(pool.pageSize(), count, attempts));
        }
        Collections.reverse(many); // the larger the pages, the fewer pieces
        List<Source> sources = new ArrayList<>(one);
        sources.addAll(many);
        if (smallPages && fitsOrdinaryPage(request)) {
            sources.add(new Source(pagemap.pageSize(), 1, ORDINARY_ATTEMPTS));
        }
        return sources;
    }

    private boolean fitsOrdinaryPage(PhysicalRequest request) {
        return request.size() <= pagemap.pageSize();
    }

    private DeviceAccessException nothingFree(PhysicalRequest request, List<Hugepages.Pool> pools) {
        Failure failure = Failure.during(request.operation());
        if (pools.isEmpty()) {
            return new KernelFeatureMissingException(
                    failure.because("the kernel was built without hugepages (CONFIG_HUGETLBFS), which memory with"
                                    + " physical addresses is made of")
                            .path(hugepages.sysfs().path("kernel/mm/hugepages").toString())
                            .remedy("Use a kernel with hugepages"));
        }
        Hugepages.Pool pool = pools.getFirst();
        long needed = Math.ceilDiv(request.size(), pool.pageSize());
        failure = failure.path(pool.directory().toString());
        Optional<HugetlbLimit.Exceeded> limit = limits.exceededBy(pool.pageSize(), needed * pool.pageSize());
        if (limit.isPresent()) {
            return new HugepagesMissingException(failure.because("hugepages of " + pool.size() + ": " + needed
                            + " needed, " + free(pool) + "; " + limit.get().inWords())
                    .remedy(limit.get().raise(needed * pool.pageSize())));
        }
        if (needed <= pool.available()) {
            return new DmaMemoryException(failure.because("hugepages of " + pool.size() + ": " + needed + " needed, "
                            + free(pool) + ", and the kernel gave none to this process")
                    .errno(Errnos.of(Errnos.ENOMEM))
                    .remedy("Raise the process's limit of memory (ulimit -v); or, where the limits of its control group"
                            + " cannot be read here, that of hugepages (hugetlb.*.max)"));
        }
        String small = !smallPages && fitsOrdinaryPage(request)
                ? "; or say small-pages=true, which takes an ordinary page that the kernel may move"
                : "";
        return new HugepagesMissingException(failure.because(
                        "hugepages of " + pool.size() + ": " + needed + " needed, " + free(pool) + others(pools))
                .remedy("As root: " + pool.reserveMore(needed - pool.available()) + small));
    }

    private static String others(List<Hugepages.Pool> pools) {
        StringBuilder text = new StringBuilder();
        for (Hugepages.Pool pool : pools.subList(1, pools.size())) {
            text.append("; of ").append(pool.size()).append(": ").append(free(pool));
        }
        return text.toString();
    }

    private static String free(Hugepages.Pool pool) {
        return pool.available() + " of " + pool.total() + " free";
    }

    private DeviceAccessException nothingSuits(PhysicalRequest request, List<PinnedPages> rejected) {
        long lowest = rejected.stream().mapToLong(PinnedPages::lowest).min().orElseThrow();
        return new DmaConstraintException(Failure.during(request.operation())
                .because(best(rejected).clash(request) + "; " + rejected.size() + " places in hugepages were tried, the"
                        + " lowest at 0x" + Long.toHexString(lowest))
                .remedy("Where hugepages lie is up to the kernel. Reserve more of them, and reserve them when the"
                        + " machine starts, while low and contiguous memory is free: hugepages=64 (or hugepagesz=1G"
                        + " hugepages=1) on the kernel's command line; or ask for less at a time"));
    }

    private static PinnedPages best(List<PinnedPages> rejected) {
        return rejected.stream()
                .min(Comparator.comparingLong(PinnedPages::lowest))
                .orElseThrow();
    }

    /** Takes a place back; its pages become idle or go back to the kernel with the last one. */
    synchronized void giveBack(PinnedPages.Place place) {
        place.giveBack();
        PinnedPages pages = place.pages();
        if (!pages.isUnused()) {
            return;
        }
        inUse.remove(pages);
        boolean keep;
        try {
            keep = idle == null && !closed && isSpare(pages);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, pages::release);
        }
        if (keep) {
            idle = pages;
        } else {
            pages.release();
        }
    }

    /** Returns whether it is one hugepage of the smallest size, and not the machine's last one. */
    private boolean isSpare(PinnedPages pages) {
        Optional<Hugepages.Pool> smallest = hugepages.smallest();
        return smallest.isPresent()
                && pages.isOne(smallest.get().pageSize())
                && smallest.get().available() > 0;
    }

    /** Gives the idle hugepage back, and from now on pages as soon as they fall out of use. Can be repeated. */
    synchronized void close() {
        closed = true;
        PinnedPages pages = idle;
        idle = null;
        if (pages != null) {
            pages.release();
        }
    }

    private static void release(List<PinnedPages> rejected) {
        CloseSteps steps = new CloseSteps();
        rejected.forEach(pages -> steps.run(pages::release));
        steps.finish();
    }
}
