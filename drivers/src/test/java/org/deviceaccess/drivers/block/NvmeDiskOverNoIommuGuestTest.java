// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.junit.jupiter.api.Tag;

/** The NVMe disk over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class NvmeDiskOverNoIommuGuestTest extends DiskScenarios {
    NvmeDiskOverNoIommuGuestTest() {
        super(DiskRig.noIommu(DiskKind.NVME));
    }
}
