// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import org.junit.jupiter.api.Tag;

/** A storm over the disks over UIO. */
@Tag("guest")
@Tag("uio")
final class DiskStormOverUioGuestTest extends GuestDiskStorm {
    DiskStormOverUioGuestTest() {
        super(DiskRig::uio, Duration.ofSeconds(8));
    }
}
