// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The two cards over vfio. */
@Tag("guest")
@Tag("vfio")
final class NetworkOverVfioGuestTest extends NetworkGuestScenarios {
    NetworkOverVfioGuestTest() {
        super("vfio:", "");
    }
}
