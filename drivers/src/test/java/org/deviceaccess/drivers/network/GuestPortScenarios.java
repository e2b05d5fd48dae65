// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;

/** What any port does on two cards that QEMU emulates back to back. */
abstract class GuestPortScenarios extends PortScenarios {
    private static final long MANY = 100_000;

    GuestPortScenarios(PortRig rig) {
        super(rig, MANY);
    }

    @Test
    final void aCardThatDoesNotAnswerIsLostUntilItDoes() throws InterruptedException {
        Region config = devices.left.region(RegionId.CONFIG);
        try (PortRig.Ports ports = rig.attach(devices)) {
            NetworkPort left = ports.left();
            int command = config.read16(PciHeader.COMMAND);
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
            try {
                assertThrows(DeviceLostException.class, left::link);
                assertThrows(DeviceLostException.class, () -> left.awaitPackets(Flows.LONG));
            } finally {
                config.write16(PciHeader.COMMAND, command);
            }
            assertTrue(left.link().up());
        }
    }

    @Test
    final void aResetByOthersIsHealed() throws InterruptedException {
        assumeTrue(devices.right.capabilities().contains(Capability.RESET));
        try (PortRig.Ports ports = rig.attach(devices)) {
            NetworkPort right = ports.right();
            new Flows(ports.left(), right, 2, true).run(100, Flows.LONG);
            devices.right.reset();
            assertFalse(right.awaitPackets(Duration.ofMillis(50)));
            PacketBatch stale = right.pool().batch(32);
            while (true) {
                Flows.sendOne(ports.left(), right.mac(), 60, 1);
                if (right.awaitPackets(Duration.ofMillis(100))) {
                    break;
                }
                ports.left().underWay();
            }
            while (ports.left().underWay() > 0 || right.awaitPackets(Duration.ofMillis(100))) {
                right.receive(stale);
                stale.giveBack();
            }
            new Flows(ports.left(), right, 2, true).run(100, Flows.LONG);
            assertEquals(right.pool().size() - rig.card().posted(Card.DESCRIPTORS), free(right));
        }
    }

    private static int free(NetworkPort port) throws InterruptedException {
        assertFalse(port.awaitPackets(Duration.ZERO), "nothing more arrives, so that the ring is filled");
        return port.pool().available();
    }
}
