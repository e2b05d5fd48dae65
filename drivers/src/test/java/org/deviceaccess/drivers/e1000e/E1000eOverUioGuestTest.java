// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import org.junit.jupiter.api.Tag;

/** The two cards over UIO, with physical addresses and the INTx line. */
@Tag("guest")
@Tag("uio")
final class E1000eOverUioGuestTest extends E1000eGuestScenarios {
    E1000eOverUioGuestTest() {
        super("uio:", "?unsafe=true");
    }
}
