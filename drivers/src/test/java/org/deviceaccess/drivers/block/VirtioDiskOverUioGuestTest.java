// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.junit.jupiter.api.Tag;

/** The virtio disk over UIO. */
@Tag("guest")
@Tag("uio")
final class VirtioDiskOverUioGuestTest extends DiskScenarios {
    VirtioDiskOverUioGuestTest() {
        super(DiskRig.uio(DiskKind.VIRTIO));
    }
}
