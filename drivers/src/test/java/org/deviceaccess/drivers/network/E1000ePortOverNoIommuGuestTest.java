// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.junit.jupiter.api.Tag;

/** Two 82574 over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class E1000ePortOverNoIommuGuestTest extends GuestPortScenarios {
    E1000ePortOverNoIommuGuestTest() {
        super(PortRig.guest(Card.E1000E, "vfio-noiommu", "?unsafe=true"));
    }
}
