// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;

/** Events of the device beside its interrupts. */
final class EventTests {
    // On a busy machine one wait that ends early can look as if it had not.
    private static final int DEADLINES = 4;

    @Proves("DA-EVENT-001")
    void waitEndsAtItsDeadline(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open()) {
            for (int round = 0; round < DEADLINES; round++) {
                long start = System.nanoTime();
                assertEquals(Optional.empty(), device.events().await(Timeouts.SHORT), "events where nothing happened");
                InterruptWaitTests.assertNotEarly(Timeouts.SHORT, System.nanoTime() - start);
            }
            for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofMinutes(-1)}) {
                long begin = System.nanoTime();
                assertEquals(Optional.empty(), device.events().await(timeout), "events where nothing happened");
                assertTrue(System.nanoTime() - begin < Timeouts.EVENT.toNanos(), "await(" + timeout + ") waited");
            }
        }
    }

    @Proves("DA-EVENT-002")
    void closingAndInterruptingEndAWait(TckTarget target) throws InterruptedException {
        FutureTask<Object> closed;
        try (DeviceAccess device = target.open()) {
            DeviceEvents events = device.events();
            FutureTask<Object> interrupted = new FutureTask<>(() ->
                    assertThrows(InterruptedException.class, () -> events.await(Timeouts.LONG), "await of events"));
            Thread thread = Thread.ofPlatform().daemon().start(interrupted);
            Timeouts.untilWaiting(thread);
            thread.interrupt();
            Timeouts.result(interrupted, "a wait for events that was interrupted");

            closed = new FutureTask<>(() -> {
                Refusal.closed("await of events", () -> events.await(Timeouts.LONG));
                return null;
            });
            Timeouts.untilWaiting(Thread.ofPlatform().daemon().start(closed));
        }
        Timeouts.result(closed, "a wait for events when the device was closed");
    }
}
