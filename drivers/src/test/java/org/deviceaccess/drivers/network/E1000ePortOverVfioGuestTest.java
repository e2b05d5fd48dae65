// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.junit.jupiter.api.Tag;

/** Two 82574 over VFIO, each behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class E1000ePortOverVfioGuestTest extends GuestPortScenarios {
    E1000ePortOverVfioGuestTest() {
        super(PortRig.guest(Card.E1000E, "vfio", ""));
    }
}
