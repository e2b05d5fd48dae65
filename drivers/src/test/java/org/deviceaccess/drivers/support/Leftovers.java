// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;

/** What a simulated device tells of what its driver did and left. */
public final class Leftovers {
    private Leftovers() {}

    /** Asserts that no memory is mapped, and that neither the driver nor the device broke a rule. */
    public static void assertNone(DeviceAccess device) {
        Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
        assertEquals(0, simulation.mappings());
        assertEquals(List.of(), simulation.dmaFaults());
        assertEquals(List.of(), simulation.deviceFaults());
    }
}
