// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.deviceaccess.backend.sim.e1000e.E1000eFaults;

/** Two simulated 82574. */
class E1000eRecoveryTest extends RecoveryScenarios {
    E1000eRecoveryTest() {
        super(PortRig.SIM_E1000E);
    }

    @Override
    void neverFinishReset(PortRig.Open open, boolean endless) {
        open.left.unwrap(E1000eFaults.class).orElseThrow().neverFinishReset(endless);
    }
}
