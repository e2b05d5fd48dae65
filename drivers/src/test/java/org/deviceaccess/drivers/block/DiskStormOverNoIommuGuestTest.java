// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import org.junit.jupiter.api.Tag;

/** A storm over the disks over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class DiskStormOverNoIommuGuestTest extends GuestDiskStorm {
    DiskStormOverNoIommuGuestTest() {
        super(DiskRig::noIommu, Duration.ofSeconds(8));
    }
}
