// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import org.junit.jupiter.api.Tag;

/** A storm over the disks over VFIO, behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class DiskStormOverVfioGuestTest extends GuestDiskStorm {
    DiskStormOverVfioGuestTest() {
        super(DiskRig::vfio, Duration.ofSeconds(30));
    }
}
