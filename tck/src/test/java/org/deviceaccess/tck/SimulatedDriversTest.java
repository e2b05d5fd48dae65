// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/** What a driver's author writes: the kit as tests of the drivers, on the simulated devices. */
@Isolated
class SimulatedDriversTest {
    @TestFactory
    Stream<DynamicNode> theDriverOfEduConforms() {
        return Tck.dynamicTests(TckConfig.ofDriver("sim:edu"));
    }

    @TestFactory
    Stream<DynamicNode> theDriverOfNvmeConforms() {
        return Tck.dynamicTests(TckConfig.ofDriver("sim:nvme"));
    }

    @TestFactory
    Stream<DynamicNode> theDriverOfE1000eConforms() {
        return Tck.dynamicTests(TckConfig.ofDriver("sim:e1000e"));
    }

    @TestFactory
    Stream<DynamicNode> theDriverOfVirtioDisksConforms() {
        return Tck.dynamicTests(TckConfig.ofDriver("sim:virtio-blk"));
    }

    @TestFactory
    Stream<DynamicNode> theDriverOfVirtioNetworkCardsConforms() {
        return Tck.dynamicTests(TckConfig.ofDriver("sim:virtio-net"));
    }

    @TestFactory
    Stream<DynamicNode> theDriverOfVirtioEntropyConforms() {
        return Tck.dynamicTests(TckConfig.ofDriver("sim:virtio-rng"));
    }
}
