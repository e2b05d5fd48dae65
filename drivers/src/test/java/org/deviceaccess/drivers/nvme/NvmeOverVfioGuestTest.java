// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import org.junit.jupiter.api.Tag;

/** The disk over VFIO, behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class NvmeOverVfioGuestTest extends NvmeGuestScenarios {
    NvmeOverVfioGuestTest() {
        super("vfio:0000:00:12.0");
    }
}
