// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

/** A simulated NVMe disk. */
class NvmeOnSimDiskTest extends DiskScenarios {
    NvmeOnSimDiskTest() {
        super(DiskRig.simulated(DiskKind.NVME));
    }
}
