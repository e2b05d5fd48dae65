// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.junit.jupiter.api.Tag;

/** Two virtio network cards over UIO, with the INTx line. */
@Tag("guest")
@Tag("uio")
final class VirtioPortOverUioGuestTest extends GuestPortScenarios {
    VirtioPortOverUioGuestTest() {
        super(PortRig.guest(Card.VIRTIO, "uio", "?unsafe=true"));
    }
}
