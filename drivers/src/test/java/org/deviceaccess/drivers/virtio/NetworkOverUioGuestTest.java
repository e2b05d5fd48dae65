// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The two cards over uio. */
@Tag("guest")
@Tag("uio")
final class NetworkOverUioGuestTest extends NetworkGuestScenarios {
    NetworkOverUioGuestTest() {
        super("uio:", "?unsafe=true");
    }
}
