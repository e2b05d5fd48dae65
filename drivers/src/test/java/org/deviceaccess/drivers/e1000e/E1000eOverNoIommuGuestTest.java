// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import org.junit.jupiter.api.Tag;

/** The two cards over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
final class E1000eOverNoIommuGuestTest extends E1000eGuestScenarios {
    E1000eOverNoIommuGuestTest() {
        super("vfio-noiommu:", "?unsafe=true");
    }
}
