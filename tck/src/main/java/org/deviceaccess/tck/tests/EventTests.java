// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** Events of the device beside its interrupts. */
final class EventTests {
    // On a busy machine one wait that ends early can look as if it had not.
    private static final int DEADLINES = 4;
    // An application, its driver, and one more.
    private static final int WAITERS = 3;

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

    @Proves("DA-EVENT-003")
    void aRequestForReleaseIsReported(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open()) {
            DeviceEvents events = device.events();
            assumeTriggerable(events, DeviceEvent.RELEASE_REQUESTED);
            FutureTask<Optional<DeviceEvent>> waiting = waiting(events);
            events.trigger(DeviceEvent.RELEASE_REQUESTED);
            assertEquals(
                    Optional.of(DeviceEvent.RELEASE_REQUESTED),
                    Timeouts.result(waiting, "a wait for events when the device is wanted back"));
        }
    }

    @Proves("DA-EVENT-004")
    void everybodyWhoAsksIsTold(TckTarget target) throws InterruptedException {
        Set<DeviceEvent> triggerable;
        try (DeviceAccess device = target.open()) {
            triggerable = device.events().triggerable();
            Assumptions.assumeFalse(triggerable.isEmpty(), "no event can be triggered");
        }
        for (DeviceEvent event : triggerable) {
            try (DeviceAccess device = target.open()) {
                DeviceEvents events = device.events();
                List<FutureTask<Optional<DeviceEvent>>> waiting = new ArrayList<>();
                for (int i = 0; i < WAITERS; i++) {
                    waiting.add(waiting(events));
                }
                events.trigger(event);
                for (FutureTask<Optional<DeviceEvent>> each : waiting) {
                    assertEquals(Optional.of(event), Timeouts.result(each, "one of several waits for " + event));
                }
                assertEquals(Optional.of(event), events.await(Timeouts.EVENT), "who asks later");
                assertEquals(Optional.of(event), device.events().await(Duration.ZERO), "who asks again");
                assertEquals(Optional.of(event), events.await(Set.of(event), Duration.ZERO), "who asks for it alone");
            }
        }
    }

    @Proves("DA-EVENT-005")
    void aResetEndsAnError(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open()) {
            DeviceEvents events = device.events();
            assumeTriggerable(events, DeviceEvent.ERROR);
            Set<DeviceEvent> error = Set.of(DeviceEvent.ERROR);
            events.trigger(DeviceEvent.ERROR);
            assertEquals(Optional.of(DeviceEvent.ERROR), events.await(error, Timeouts.EVENT), "the error");
            device.reset();
            assertEquals(Optional.empty(), events.await(error, Duration.ZERO), "the error after a reset");
            events.trigger(DeviceEvent.ERROR);
            assertEquals(Optional.of(DeviceEvent.ERROR), events.await(error, Timeouts.EVENT), "the next error");
        }
    }

    private static void assumeTriggerable(DeviceEvents events, DeviceEvent event) {
        Assumptions.assumeTrue(events.triggerable().contains(event), () -> event + " cannot be triggered");
    }

    /** Starts a thread that waits for any event, and returns when it waits. */
    private static FutureTask<Optional<DeviceEvent>> waiting(DeviceEvents events) throws InterruptedException {
        FutureTask<Optional<DeviceEvent>> task = new FutureTask<>(() -> events.await(Timeouts.LONG));
        Timeouts.untilWaiting(Thread.ofPlatform().daemon().start(task));
        return task;
    }
}
