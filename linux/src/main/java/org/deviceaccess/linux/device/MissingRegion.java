// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.device;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.pci.UnplacedBar;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.region.RegionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of regions that a device should have why they are not there. */
public final class MissingRegion {
    private static final Logger LOG = LoggerFactory.getLogger(MissingRegion.class);

    private MissingRegion() {}

    /**
     * Returns the error of a region that is not there.
     *
     * @param id which was asked for
     * @param present what is there
     * @param path the device's file
     * @param unplaced the device's BARs without addresses
     */
    public static NoSuchRegionException of(
            RegionId id, Collection<RegionId> present, String path, List<UnplacedBar> unplaced) {
        Failure failure = Failure.during("get the region " + id).path(path);
        return unplaced.stream()
                .filter(bar -> bar.id().equals(id))
                .findFirst()
                .map(bar -> new NoSuchRegionException(failure.because("the device has " + bar
                                + ", and neither the firmware nor the kernel has found addresses for it")
                        .remedy(UnplacedBar.REMEDY)))
                .orElseGet(() -> new NoSuchRegionException(failure.because("the device has " + present)
                        .remedy("DeviceAccess.regions() lists what the device has")));
    }

    /** Returns a device's BARs without addresses, after it has warned of them; none where they cannot be known. */
    public static List<UnplacedBar> warn(String address, PciFunction function) {
        List<UnplacedBar> unplaced;
        try {
            unplaced = function.unplacedBars();
        } catch (DeviceAccessException unreadable) {
            LOG.debug("{}: it is not known whether all BARs have addresses", address, unreadable);
            return List.of();
        }
        if (!unplaced.isEmpty()) {
            LOG.warn(
                    "{}: neither the firmware nor the kernel has found addresses for {}, which is missing from its"
                            + " regions. {}",
                    address,
                    unplaced.stream().map(UnplacedBar::toString).collect(Collectors.joining(", ")),
                    UnplacedBar.REMEDY);
        }
        return unplaced;
    }
}
