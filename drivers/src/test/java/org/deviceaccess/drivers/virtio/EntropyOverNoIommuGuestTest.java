// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The entropy source over vfio-noiommu. */
@Tag("guest")
@Tag("noiommu")
final class EntropyOverNoIommuGuestTest extends EntropyGuestScenarios {
    EntropyOverNoIommuGuestTest() {
        super("vfio-noiommu:", "?unsafe=true");
    }
}
