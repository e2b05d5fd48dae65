// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The disk over vfio. */
@Tag("guest")
@Tag("vfio")
final class BlockOverVfioGuestTest extends BlockGuestScenarios {
    BlockOverVfioGuestTest() {
        super("vfio:", "");
    }
}
