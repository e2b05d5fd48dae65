// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.junit.jupiter.api.Tag;

/** Two virtio network cards over VFIO, each behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class VirtioPortOverVfioGuestTest extends GuestPortScenarios {
    VirtioPortOverVfioGuestTest() {
        super(PortRig.guest(Card.VIRTIO, "vfio", ""));
    }
}
