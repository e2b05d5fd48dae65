// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.junit.jupiter.api.Tag;

/** The entropy source over uio. */
@Tag("guest")
@Tag("uio")
final class EntropyOverUioGuestTest extends EntropyGuestScenarios {
    EntropyOverUioGuestTest() {
        super("uio:", "?unsafe=true");
    }
}
