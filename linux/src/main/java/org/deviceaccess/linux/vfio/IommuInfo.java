// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;

/**
 * What the IOMMU behind a container can do.
 *
 * @param pageSizes the sizes of page that can be mapped, as a bit mask; 0 where the kernel does not tell
 * @param ranges the addresses that can be mapped, as the kernel lists them; empty where it does not tell (before 5.4)
 * @param available how many more mappings the kernel allows; empty where it does not tell (before 5.10)
 */
public record IommuInfo(long pageSizes, List<AddressRange> ranges, OptionalLong available) {
    /** Copies the list. */
    public IommuInfo {
        ranges = List.copyOf(ranges);
    }

    static IommuInfo decode(MemorySegment struct) {
        VfioIommuType1Info info = VfioIommuType1Info.decode(struct);
        List<AddressRange> ranges = List.of();
        OptionalLong available = OptionalLong.empty();
        for (CapabilityChain.Entry entry : CapabilityChain.read(struct, info.capOffset())) {
            switch (entry.id()) {
                case VfioIommuType1InfoCapIovaRange.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE -> ranges = ranges(entry);
                case VfioIommuType1InfoDmaAvail.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL ->
                    available = OptionalLong.of(entry.uint32(VfioIommuType1InfoDmaAvail.AVAIL));
                default -> {
                    // Others, such as dirty page tracking, are of no use here.
                }
            }
        }
        return new IommuInfo(info.iovaPgsizes(), ranges, available);
    }

    private static List<AddressRange> ranges(CapabilityChain.Entry entry) {
        List<AddressRange> ranges = new ArrayList<>();
        for (MemorySegment range : entry.array(
                VfioIommuType1InfoCapIovaRange.NR_IOVAS,
                VfioIommuType1InfoCapIovaRange.IOVA_RANGES,
                VfioIovaRange.SIZE)) {
            long start = range.get(JAVA_LONG_UNALIGNED, VfioIovaRange.START);
            long end = range.get(JAVA_LONG_UNALIGNED, VfioIovaRange.END);
            if (Long.compareUnsigned(end, start) < 0) {
                throw new MalformedDeviceException(Failure.during("read the addresses that the IOMMU can map")
                        .because("the kernel lists a range from 0x" + Long.toHexString(start) + " to 0x"
                                + Long.toHexString(end)));
            }
            ranges.add(new AddressRange(start, end));
        }
        return ranges;
    }
}
