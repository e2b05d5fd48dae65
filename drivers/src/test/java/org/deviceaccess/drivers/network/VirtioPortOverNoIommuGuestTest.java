// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.junit.jupiter.api.Tag;

/** Two virtio network cards over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class VirtioPortOverNoIommuGuestTest extends GuestPortScenarios {
    VirtioPortOverNoIommuGuestTest() {
        super(PortRig.guest(Card.VIRTIO, "vfio-noiommu", "?unsafe=true"));
    }
}
