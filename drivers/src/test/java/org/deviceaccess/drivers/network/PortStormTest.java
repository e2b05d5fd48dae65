// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.network.CardFaults;
import org.deviceaccess.spi.DeviceAccess;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A storm over the drivers of ports: no DMA fault, no wrong byte, no lost buffer, no leak, in bounded time. */
@Timeout(600)
class PortStormTest {
    /** For each of two kinds of card and two kinds of storm: 1,000 in all. */
    private static final int ROUNDS = 250;

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNothingForbiddenIsDone(Card card) throws Exception {
        run(card, false);
    }

    /** A driver cannot know of such a reset before it looks. */
    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhoeverResetsTheCards(Card card) throws Exception {
        run(card, true);
    }

    private static void run(Card card, boolean resets) throws Exception {
        PortRig rig = card == Card.E1000E ? PortRig.SIM_E1000E : PortRig.SIM_VIRTIO;
        try (PortRig.Open devices = rig.open()) {
            List<DeviceAccess> both = List.of(devices.left, devices.right);
            List<Runnable> disturbances = new ArrayList<>();
            for (DeviceAccess device : both) {
                CardFaults faults = device.unwrap(CardFaults.class).orElseThrow();
                disturbances.add(faults::hangTransmitter);
                disturbances.add(faults::hangReceiver);
                if (resets) {
                    disturbances.add(device::reset);
                    disturbances.add(device::reset);
                }
            }
            new PortStorm(
                            devices,
                            Duration.ofSeconds(1),
                            disturbances,
                            TimeUnit.MILLISECONDS.toNanos(4),
                            card.ordinal())
                    .run(ROUNDS, () -> both.forEach(device -> assertNothingIsLeft(device, !resets)));
        }
    }

    private static void assertNothingIsLeft(DeviceAccess device, boolean strict) {
        Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
        assertEquals(0, simulation.mappings());
        assertEquals(List.of(), simulation.dmaFaults());
        if (strict) {
            assertEquals(List.of(), simulation.forbiddenAccesses());
        }
    }
}
