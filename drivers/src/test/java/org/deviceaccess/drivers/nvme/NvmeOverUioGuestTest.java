// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import org.junit.jupiter.api.Tag;

/** The disk over UIO, with physical addresses and no interrupt that it can use. */
@Tag("guest")
@Tag("uio")
final class NvmeOverUioGuestTest extends NvmeGuestScenarios {
    NvmeOverUioGuestTest() {
        super("uio:0000:00:12.0?unsafe=true");
    }
}
