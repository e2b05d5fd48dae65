// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The disk over uio. */
@Tag("guest")
@Tag("uio")
final class BlockOverUioGuestTest extends BlockGuestScenarios {
    BlockOverUioGuestTest() {
        super("uio:", "?unsafe=true");
    }
}
