// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deviceaccess.linux.vfio.IommuInfo;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;

/** Makes the limits of DMA of what the kernel says of the IOMMU. */
final class IommuLimits {
    // Where the kernel does not list ranges (before 5.4): 39 bits, the least that IOMMUs of x86-64 translate, without
    // the addresses at which x86 receives messages (Intel SDM volume 3, 12.11).
    private static final List<AddressRange> USUAL_RANGES =
            List.of(new AddressRange(0, 0xfedf_ffffL), new AddressRange(0xfef0_0000L, (1L << 39) - 1));

    private IommuLimits() {}

    /**
     * Returns the limits.
     *
     * @param info what the kernel says
     * @param systemPageSize the page size of the processor in bytes
     */
    static DmaLimits of(IommuInfo info, long systemPageSize) {
        long pageSizes = info.pageSizes() == 0 ? systemPageSize : info.pageSizes();
        long pageSize = Long.lowestOneBit(pageSizes);
        List<AddressRange> ranges = info.ranges().isEmpty() ? USUAL_RANGES : info.ranges();
        return new DmaLimits(
                AddressKind.IOVA,
                usable(ranges, pageSize),
                pageSizes,
                pageSize,
                info.available().orElse(Long.MAX_VALUE),
                // VFIO does not give away devices that the IOMMU cannot keep coherent (vfio_group_find_or_alloc).
                true);
    }

    /**
     * Cuts the ranges to whole pages and leaves out the page at 0, since many a device takes 0 for "none", and the last
     * one of 64 bits, which older kernels map and do not unmap (vfio_unmap_unpin, whose end wraps to 0).
     */
    private static List<AddressRange> usable(List<AddressRange> ranges, long pageSize) {
        List<AddressRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(AddressRange::first, Long::compareUnsigned));
        List<AddressRange> usable = new ArrayList<>();
        AddressRange before = null;
        for (AddressRange range : sorted) {
            if (before != null && before.contains(range.first())) {
                throw new MalformedDeviceException(Failure.during("read the addresses that the IOMMU can map")
                        .because("the kernel lists ranges that overlap: " + before + " and " + range));
            }
            before = range;
            long first = range.first() == 0 ? pageSize : roundUp(range.first(), pageSize);
            // One past the last whole page.
            long end = range.last() == -1 ? -pageSize : (range.last() + 1) & -pageSize;
            boolean wrapped = Long.compareUnsigned(first, range.first()) < 0;
            if (!wrapped && Long.compareUnsigned(first, end - 1) < 0) {
                usable.add(new AddressRange(first, end - 1));
            }
        }
        return usable;
    }

    private static long roundUp(long address, long pageSize) {
        return (address + pageSize - 1) & -pageSize;
    }
}
