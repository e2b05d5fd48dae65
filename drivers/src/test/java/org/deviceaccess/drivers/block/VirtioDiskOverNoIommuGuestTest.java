// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.junit.jupiter.api.Tag;

/** The virtio disk over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class VirtioDiskOverNoIommuGuestTest extends DiskScenarios {
    VirtioDiskOverNoIommuGuestTest() {
        super(DiskRig.noIommu(DiskKind.VIRTIO));
    }
}
