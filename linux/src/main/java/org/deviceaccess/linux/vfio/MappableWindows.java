// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.linux.vfio.RegionDescription.Area;
import org.jspecify.annotations.Nullable;

/** Works out which parts of a region can be mapped. */
final class MappableWindows {
    private MappableWindows() {}

    /**
     * Returns the windows, ascending, each starting and ending at a page or at the end of the region.
     *
     * @param region the region
     * @param msixTable where its MSI-X table is, or {@code null} if it has none; the kernel refuses to map it unless the
     *     region says otherwise
     * @param pageSize in bytes
     */
    static List<Area> of(RegionDescription region, @Nullable Area msixTable, long pageSize) {
        long size = region.info().size();
        if (!region.info().mappable() || !region.info().readable()) {
            return List.of();
        }
        List<Area> areas;
        if (region.sparse() != null) {
            areas = region.sparse();
        } else if (msixTable != null && !region.msixMappable()) {
            areas = List.of(
                    new Area(0, msixTable.offset()), new Area(msixTable.end(), Math.max(0, size - msixTable.end())));
        } else {
            areas = List.of(new Area(0, size));
        }
        List<Area> windows = new ArrayList<>();
        for (Area area : areas) {
            long start = Math.ceilDiv(area.offset(), pageSize) * pageSize;
            // The last page of a region may be cut: what is behind the region in it is not touched.
            long end = area.end() == size ? size : area.end() / pageSize * pageSize;
            if (start < end) {
                windows.add(new Area(start, end - start));
            }
        }
        windows.sort((a, b) -> Long.compare(a.offset(), b.offset()));
        return windows;
    }
}
