// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu.guest;

import org.deviceaccess.linux.testing.InterruptCounts;
import org.junit.jupiter.api.Tag;

@Tag("guest")
@Tag("noiommu")
class InterruptCountGuestTest extends InterruptCounts {
    InterruptCountGuestTest() {
        super(Addresses.WIDE);
    }
}
