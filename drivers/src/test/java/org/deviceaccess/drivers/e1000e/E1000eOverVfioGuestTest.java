// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import org.junit.jupiter.api.Tag;

/** The two cards over VFIO, each behind an IOMMU. */
@Tag("guest")
@Tag("vfio")
final class E1000eOverVfioGuestTest extends E1000eGuestScenarios {
    E1000eOverVfioGuestTest() {
        super("vfio:", "");
    }
}
