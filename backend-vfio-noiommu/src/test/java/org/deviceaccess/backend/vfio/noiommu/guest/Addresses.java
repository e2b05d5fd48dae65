// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu.guest;

/** The testbed's devices over this backend (testbed/README.md). */
final class Addresses {
    /** The edu that reaches every address. */
    static final String WIDE = "vfio-noiommu:0000:00:10.0?unsafe=true";
    /** The edu that drives 28 address bits. */
    static final String NARROW = "vfio-noiommu:0000:00:11.0?unsafe=true";

    static final String NVME = "vfio-noiommu:0000:00:12.0?unsafe=true";

    private Addresses() {}
}
