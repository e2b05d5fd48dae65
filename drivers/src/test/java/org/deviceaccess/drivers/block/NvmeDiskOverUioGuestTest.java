// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.junit.jupiter.api.Tag;

/** The NVMe disk over UIO. */
@Tag("guest")
@Tag("uio")
final class NvmeDiskOverUioGuestTest extends DiskScenarios {
    NvmeDiskOverUioGuestTest() {
        super(DiskRig.uio(DiskKind.NVME));
    }
}
