// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.EventSource;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** Exact counts. That device events are counted exactly, RegisterTests shows along with the writes that raise them. */
final class InterruptCountTests {
    private static final int FEW = 3;
    private static final Duration LOOK = Duration.ofNanos(20_000);

    @Proves("DA-INT-006")
    void countsStartAtZero(TckTarget target) throws InterruptedException {
        KnownDevice known = target.survey().knownDevice();
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                if (known != null && known.raises().contains(info.kind())) {
                    known.raise(device);
                    known.acknowledge(device);
                }
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), info.vectors())) {
                    for (int i = 0; i < info.vectors(); i++) {
                        assertEquals(0, interrupts.vector(i).poll(), info.kind() + " vector " + i + ", just enabled");
                    }
                    assertEquals(
                            -1, interrupts.awaitAny(Timeouts.SHORT), "awaitAny of " + info.kind() + ", just enabled");
                }
            }
        }
    }

    @Proves("DA-INT-010")
    void softwareEventsAreCounted(TckTarget target) throws InterruptedException {
        boolean ran = false;
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                if (!info.triggerable()) {
                    continue;
                }
                ran = true;
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), info.vectors())) {
                    countTriggers(interrupts, target.effort().interrupts());
                }
            }
        }
        Assumptions.assumeTrue(ran, "no kind is triggerable");
    }

    private static void countTriggers(Interrupts interrupts, int count) throws InterruptedException {
        int vectors = interrupts.info().vectors();
        InterruptVector last = interrupts.vector(vectors - 1);
        for (int i = 0; i < count; i++) {
            last.trigger();
        }
        long counted = last.await(Timeouts.EVENT);
        while (counted < count) {
            long more = last.await(Timeouts.NOTHING);
            if (more == 0) {
                break;
            }
            counted += more;
        }
        counted += last.await(Timeouts.NOTHING);
        assertEquals(count, counted, interrupts.info().kind() + " events counted of those triggered");
        for (int i = 0; i < vectors - 1; i++) {
            assertEquals(0, interrupts.vector(i).poll(), "events of vector " + i + ", which was not triggered");
        }
    }

    @Proves("DA-INT-011")
    void eventsAreKept(TckTarget target) throws Exception {
        EventSource.forEachCountingKind(target, source -> {
            for (int i = 0; i < FEW; i++) {
                source.raise();
            }
            long taken = source.take(source.mayMerge() ? 1 : FEW);
            taken += source.vector().await(Timeouts.NOTHING);
            if (source.mayMerge()) {
                assertTrue(taken <= FEW, taken + " events of " + source.kind() + " where " + FEW + " were raised");
            } else {
                assertEquals(FEW, taken, source.kind() + " events kept while nobody waited");
            }
        });
    }

    @Proves("DA-INT-012")
    void eventsAreTakenOnce(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            source.raise();
            assertEquals(1, source.take(1), source.kind() + " events by await");
            assertEquals(0, source.vector().poll(), source.kind() + " events by poll after await");
            source.rearm();
            source.raise();
            assertTrue(Timeouts.until(() -> source.vector().poll() == 1), source.kind() + " event by poll");
            assertEquals(0, source.vector().poll(), source.kind() + " events by a second poll");
            assertEquals(0, source.vector().await(Duration.ZERO), source.kind() + " events by await after poll");
        });
    }

    @Proves("DA-INT-013")
    void twoWaitersShare(TckTarget target) throws Exception {
        EventSource.forEachKind(target, source -> {
            int raised = Math.min(target.effort().interrupts(), 1000);
            AtomicLong counted = new AtomicLong();
            AtomicBoolean over = new AtomicBoolean();
            Action waiter = () -> {
                while (!over.get()) {
                    counted.addAndGet(source.vector().await(Timeouts.SHORT));
                }
            };
            try (Race race = new Race()) {
                race.run("two waiters and the one who raises", waiter, waiter, () -> {
                    try {
                        for (int i = 1; i <= raised; i++) {
                            int expected = i;
                            source.raise();
                            if (!reaches(counted, expected)) {
                                break;
                            }
                            source.rearm();
                        }
                        Thread.sleep(Timeouts.NOTHING);
                    } finally {
                        over.set(true);
                    }
                });
            }
            assertEquals(raised, counted.get(), source.kind() + " events that two waiters got together");
        });
    }

    /** A closer look than {@link Timeouts#until} takes, as it is done for each of many events. */
    private static boolean reaches(AtomicLong counter, long value) {
        long deadline = System.nanoTime() + Timeouts.EVENT.toNanos();
        while (counter.get() < value) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }
}
