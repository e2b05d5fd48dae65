// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The entropy source over vfio. */
@Tag("guest")
@Tag("vfio")
final class EntropyOverVfioGuestTest extends EntropyGuestScenarios {
    EntropyOverVfioGuestTest() {
        super("vfio:", "");
    }
}
