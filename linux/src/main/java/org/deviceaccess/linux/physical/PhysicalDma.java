// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.memory.LentBuffers;
import org.deviceaccess.linux.memory.MemoryMapper;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * DMA with physical addresses. Nothing keeps the device from reaching memory that is not a buffer's.
 *
 * <p>{@link #allocate} takes parts of hugepages that are locked in memory. What it asks of them can fail, because where
 * they lie is not for user space to choose: one piece that is larger than a hugepage, few address bits, a large
 * alignment. Then several are tried, and the error names what clashed. Reading physical addresses takes CAP_SYS_ADMIN.
 * While the device is open one hugepage may stay, so that making a buffer is cheap; its contents never go from one buffer
 * to the next.
 *
 * <p>{@link #map} is refused always: memory of others is neither locked nor contiguous, and can be moved.
 */
public final class PhysicalDma implements DmaSupport, AutoCloseable {
    /** The option of the backends that allows ordinary pages. */
    public static final OptionKey<Boolean> SMALL_PAGES = OptionKey.flag(
            "small-pages",
            "allow DMA buffers of one ordinary page where no hugepage will do; the kernel may move such a page even"
                    + " though it is locked (compaction), and the device then reads and writes memory of others",
            false);

    // Physical addresses have 52 bits at the most on x86-64 (Intel SDM volume 3, 4.1.4) and AArch64 (FEAT_LPA).
    private static final int MOST_ADDRESS_BITS = 52;

    private final MemoryMapper mapper;
    private final Pagemap pagemap;
    private final BusMaster busMaster;
    private final PhysicalMemory memory;
    private final DmaLimits limits;
    private final LentBuffers buffers = new LentBuffers();

    /**
     * Asks for nothing yet, and does not fail for lack of hugepages or permission: that does {@link #allocate}.
     *
     * @param libc the C library
     * @param hugepages those of the system
     * @param busMaster is enabled with the first buffer
     * @param smallPages the value of {@link #SMALL_PAGES}
     */
    public PhysicalDma(LibC libc, Hugepages hugepages, BusMaster busMaster, boolean smallPages) {
        this.mapper = new MemoryMapper(libc);
        this.pagemap = Pagemap.of(libc);
        this.busMaster = busMaster;
        this.memory = new PhysicalMemory(pagemap, hugepages, smallPages);
        this.limits = limits(pagemap.pageSize(), hugepages);
    }

    private static DmaLimits limits(long pageSize, Hugepages hugepages) {
        // Buffers are parts of hugepages, so they start at and are multiples of the processor's own pages.
        long pageSizes =
                hugepages.pools().stream().mapToLong(Hugepages.Pool::pageSize).reduce(pageSize, (a, b) -> a | b);
        return new DmaLimits(
                AddressKind.PHYSICAL,
                List.of(new AddressRange(pageSize, (1L << MOST_ADDRESS_BITS) - 1)),
                pageSizes,
                pageSize,
                Long.MAX_VALUE,
                // Elsewhere it is up to the device, and there is no telling.
                System.getProperty("os.arch", "").equals("amd64"));
    }

    @Override
    public DmaLimits limits() {
        return limits;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the buffer closes the arena
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        PhysicalRequest request =
                PhysicalRequest.of("allocate " + size + " bytes for DMA with physical addresses", size, constraints);
        return buffers.make(request.operation(), () -> {
            PinnedPages.Place place = memory.take(request);
            Arena arena = Arena.ofShared();
            MemorySegment segment;
            try {
                segment = mapper.lend(place.address(), size, arena, () -> memory.giveBack(place), request.operation());
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, arena::close, () -> memory.giveBack(place));
            }
            try {
                return connect(request, place, segment, arena);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, arena::close);
            }
        });
    }

    private PhysicalBuffer connect(
            PhysicalRequest request, PinnedPages.Place place, MemorySegment segment, Arena arena) {
        segment.fill((byte) 0); // a buffer before may have had this part
        List<PhysicalRun> now = pagemap.runs(place.address(), place.length());
        if (!now.equals(place.runs())) {
            throw new DmaMemoryException(Failure.during(request.operation())
                    .because("the kernel has moved the memory from " + place.runs() + " to " + now
                            + ", so a device would miss it")
                    .path(Pagemap.PATH)
                    .remedy("Close the device and try again; do not take memory offline while devices use it"));
        }
        busMaster.enable();
        return new PhysicalBuffer(buffers, segment, request.constraints().direction(), place.segments(), arena);
    }

    @Override
    public DmaBuffer map(MemorySegment segment, DmaConstraints constraints) {
        throw new UnsupportedCapabilityException(
                Failure.during("map " + segment.byteSize() + " bytes for DMA with physical addresses")
                        .because("without an IOMMU the device reaches memory where it lies, and memory that was not"
                                + " allocated for DMA is in scattered pages that the kernel may move at any time")
                        .remedy("Allocate the memory with DmaSupport.allocate; or use the backend vfio, on a machine"
                                + " with an IOMMU"));
    }

    @Override
    public boolean reaches(DmaBuffer buffer) {
        return buffers.made(buffer);
    }

    /**
     * Gives all memory back. To be called with bus mastering off; can be repeated, without effect on what is closed.
     *
     * @throws IllegalStateException if another thread is inside a native call on some of the memory; then that memory is
     *     kept for the next call
     */
    @Override
    public void close() {
        CloseSteps steps = new CloseSteps();
        steps.run(memory::close);
        steps.run(buffers::close);
        steps.finish();
    }
}
