// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The two cards over vfio-noiommu. */
@Tag("guest")
@Tag("noiommu")
final class NetworkOverNoIommuGuestTest extends NetworkGuestScenarios {
    NetworkOverNoIommuGuestTest() {
        super("vfio-noiommu:", "?unsafe=true");
    }
}
