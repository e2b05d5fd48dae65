// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/** What a backend's author writes: the kit as tests of the simulated backend. */
@Isolated
class SimulatedDeviceTest {
    @TestFactory
    Stream<DynamicNode> conformsToTheSpi() {
        return Tck.dynamicTests("sim:edu");
    }
}
