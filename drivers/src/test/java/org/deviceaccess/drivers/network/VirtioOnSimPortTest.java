// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

/** Two simulated virtio network cards. */
class VirtioOnSimPortTest extends PortScenarios {
    VirtioOnSimPortTest() {
        super(PortRig.SIM_VIRTIO, 20_000);
    }
}
