// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.junit.jupiter.api.Tag;

/** The virtio disk over VFIO, behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class VirtioDiskOverVfioGuestTest extends DiskScenarios {
    VirtioDiskOverVfioGuestTest() {
        super(DiskRig.vfio(DiskKind.VIRTIO));
    }
}
