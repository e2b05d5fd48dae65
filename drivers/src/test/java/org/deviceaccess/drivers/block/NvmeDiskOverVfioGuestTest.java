// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.junit.jupiter.api.Tag;

/** The NVMe disk over VFIO, behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class NvmeDiskOverVfioGuestTest extends DiskScenarios {
    NvmeDiskOverVfioGuestTest() {
        super(DiskRig.vfio(DiskKind.NVME));
    }
}
