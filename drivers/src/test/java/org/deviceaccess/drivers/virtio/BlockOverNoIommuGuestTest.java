// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The disk over vfio-noiommu. */
@Tag("guest")
@Tag("noiommu")
final class BlockOverNoIommuGuestTest extends BlockGuestScenarios {
    BlockOverNoIommuGuestTest() {
        super("vfio-noiommu:", "?unsafe=true");
    }
}
