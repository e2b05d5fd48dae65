// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

/** A simulated virtio disk. */
class VirtioOnSimDiskTest extends DiskScenarios {
    VirtioOnSimDiskTest() {
        super(DiskRig.simulated(DiskKind.VIRTIO));
    }
}
