// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.junit.jupiter.api.Tag;

/** Two 82574 over UIO, with the INTx line. */
@Tag("guest")
@Tag("uio")
final class E1000ePortOverUioGuestTest extends GuestPortScenarios {
    E1000ePortOverUioGuestTest() {
        super(PortRig.guest(Card.E1000E, "uio", "?unsafe=true"));
    }
}
