// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.device;

import java.util.List;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/** The regions of an open device. Safe for use by any thread. */
public interface RegionTable extends AutoCloseable {
    /** Returns what there is, sorted by id. */
    List<RegionInfo> infos();

    /**
     * Returns a region, mapped if it can be; always the same for the same id.
     *
     * @throws org.deviceaccess.spi.error.DeviceAccessException if there is no such region, or it cannot be used
     * @throws IllegalStateException if the table is closed
     */
    Region region(RegionId id);

    /** Unmaps everything. Can be repeated without effect. */
    @Override
    void close();
}
