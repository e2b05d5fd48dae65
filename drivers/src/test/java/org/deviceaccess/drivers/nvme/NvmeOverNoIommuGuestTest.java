// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import org.junit.jupiter.api.Tag;

/** The disk over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class NvmeOverNoIommuGuestTest extends NvmeGuestScenarios {
    NvmeOverNoIommuGuestTest() {
        super("vfio-noiommu:0000:00:12.0?unsafe=true");
    }
}
