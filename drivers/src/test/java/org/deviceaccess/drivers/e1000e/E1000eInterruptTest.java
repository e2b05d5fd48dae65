// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waiting for packets by each kind of interrupt, and by none. */
@Timeout(120)
class E1000eInterruptTest {
    private static final int WAITS = 100;
    /** After this time a thread that waits looks at the card, whether it was interrupted or not. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static DeviceAccess open(String messages) {
        return Devices.open("sim:e1000e?latency=0&messages=" + messages);
    }

    /** Returns how long it takes to be woken by so many packets, of which each comes when somebody waits already. */
    private static Duration wakeUps(E1000ePort port) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < WAITS; i++) {
            Thread sender = Thread.ofPlatform().unstarted(() -> {
                try {
                    Thread.sleep(2);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                Flows.sendOne(port, port.mac(), 100, 1);
            });
            sender.start();
            assertTrue(port.awaitPackets(Flows.LONG));
            sender.join();
            var batch = port.pool().batch(2);
            assertEquals(1, port.receive(batch));
            batch.giveBack();
            assertFalse(port.awaitPackets(Duration.ZERO), "it was one packet");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @ParameterizedTest
    @CsvSource({"msix, MSIX", "msi, MSI", "none, INTX", "msix, INTX", "msi, INTX"})
    void eachPacketWakesWhoWaits(String messages, InterruptKind kind) throws InterruptedException {
        try (DeviceAccess device = open(messages);
                E1000ePort port =
                        new E1000eDriverProvider().withInterrupts(kind).attach(device)) {
            Duration took = wakeUps(port);
            assertTrue(took.compareTo(LOOK.multipliedBy(WAITS / 2)) < 0, WAITS + " wake-ups took " + took);
        }
    }

    @Test
    void withoutAnInterruptItsLossIsNoLoss() throws InterruptedException {
        try (DeviceAccess device = open("msix");
                E1000ePort port = new E1000eDriverProvider().withInterrupts().attach(device)) {
            device.unwrap(Simulation.class).orElseThrow().loseInterrupts(true);
            Duration took = wakeUps(port);
            assertTrue(took.compareTo(LOOK.multipliedBy(WAITS / 2)) < 0, WAITS + " looks took " + took);
        }
    }

    @Test
    void theLineIsUsedWhereThereIsNothingBetterAndArmedAnew() throws InterruptedException {
        try (DeviceAccess device = open("none");
                E1000ePort port = new E1000eDriverProvider().attach(device)) {
            assertEquals(
                    InterruptKind.INTX,
                    device.interrupts().kinds().stream()
                            .map(InterruptInfo::kind)
                            .findFirst()
                            .orElseThrow());
            Duration took = wakeUps(port);
            // A line that stayed masked would wake nobody any more.
            assertTrue(took.compareTo(LOOK.multipliedBy(WAITS / 2)) < 0, WAITS + " wake-ups took " + took);
        }
    }
}
