// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

/** Two simulated 82574. */
class E1000eOnSimPortTest extends PortScenarios {
    E1000eOnSimPortTest() {
        super(PortRig.SIM_E1000E, 20_000);
    }
}
