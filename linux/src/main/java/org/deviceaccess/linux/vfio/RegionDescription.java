// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.jspecify.annotations.Nullable;

/**
 * A region as the kernel describes it.
 *
 * @param info the fixed part
 * @param sparse the only areas that can be mapped, or {@code null} where the kernel names none
 * @param msixMappable whether the pages of the MSI-X table can be mapped like the rest
 */
record RegionDescription(VfioRegionInfo info, @Nullable List<Area> sparse, boolean msixMappable) {
    /**
     * A part of a region.
     *
     * @param offset from the start of the region, in bytes
     * @param size in bytes
     */
    record Area(long offset, long size) {
        long end() {
            return offset + size;
        }
    }

    static RegionDescription decode(MemorySegment struct) {
        VfioRegionInfo info = VfioRegionInfo.decode(struct);
        if (info.size() < 0) {
            throw malformed("a region has " + Long.toUnsignedString(info.size()) + " bytes");
        }
        List<Area> sparse = null;
        boolean msixMappable = false;
        for (CapabilityChain.Entry entry : CapabilityChain.read(struct, info.capOffset())) {
            switch (entry.id()) {
                case VfioRegionInfoCapSparseMmap.VFIO_REGION_INFO_CAP_SPARSE_MMAP -> sparse = areas(entry, info.size());
                case VfioRegionInfo.VFIO_REGION_INFO_CAP_MSIX_MAPPABLE -> msixMappable = true;
                default -> {
                    // Others, such as the type of a device-specific region, are of no use here.
                }
            }
        }
        return new RegionDescription(info, sparse, msixMappable);
    }

    private static List<Area> areas(CapabilityChain.Entry entry, long regionSize) {
        List<Area> areas = new ArrayList<>();
        for (MemorySegment area : entry.array(
                VfioRegionInfoCapSparseMmap.NR_AREAS,
                VfioRegionInfoCapSparseMmap.AREAS,
                VfioRegionSparseMmapArea.SIZE)) {
            long offset = area.get(JAVA_LONG_UNALIGNED, VfioRegionSparseMmapArea.OFFSET);
            long size = area.get(JAVA_LONG_UNALIGNED, VfioRegionSparseMmapArea.MEMBER_SIZE);
            if (offset < 0 || size < 0 || offset > regionSize - size) {
                throw malformed("a mappable area of " + Long.toUnsignedString(size) + " bytes at 0x"
                        + Long.toHexString(offset) + " is not inside its region of " + regionSize + " bytes");
            }
            areas.add(new Area(offset, size));
        }
        return List.copyOf(areas);
    }

    private static MalformedDeviceException malformed(String why) {
        return new MalformedDeviceException(Failure.during("read a region that VFIO reports")
                .because(why)
                .remedy("This is a defect of the kernel's VFIO driver for the device; update the kernel"));
    }
}
