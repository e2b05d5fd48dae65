// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.deviceaccess.backend.sim.virtio.VirtioFaults;

/** A simulated virtio network card. */
class VirtioRecoveryTest extends RecoveryScenarios {
    VirtioRecoveryTest() {
        super(PortRig.SIM_VIRTIO);
    }

    @Override
    void neverFinishReset(PortRig.Open open, boolean endless) {
        open.left.unwrap(VirtioFaults.class).orElseThrow().neverFinishReset(endless);
    }
}
