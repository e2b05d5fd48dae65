// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** The end of enabled interrupts, and who waits then. */
final class InterruptCloseTests {
    @Proves("DA-INT-015")
    void closingInterruptsWakes(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                Interrupts interrupts = device.interrupts().enable(info.kind(), 1);
                List<FutureTask<?>> waiters = startWaiters(interrupts);
                interrupts.close();
                assertWoken(waiters, "the interrupts of " + info.kind());
            }
        }
    }

    @Proves("DA-INT-016")
    void closingTheDeviceWakes(TckTarget target) throws InterruptedException {
        for (InterruptKind kind : kinds(target)) {
            List<FutureTask<?>> waiters;
            try (DeviceAccess device = target.open()) {
                waiters = startWaiters(device.interrupts().enable(kind, 1));
            }
            assertWoken(waiters, "the device of " + kind);
        }
    }

    private static List<InterruptKind> kinds(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            return device.interrupts().kinds().stream().map(InterruptInfo::kind).toList();
        }
    }

    static List<FutureTask<?>> startWaiters(Interrupts interrupts) throws InterruptedException {
        InterruptVector vector = interrupts.vector(0);
        List<Action> waits = List.of(
                () -> vector.await(Timeouts.LONG),
                () -> vector.await(Timeouts.LONG),
                () -> interrupts.awaitAny(Timeouts.LONG));
        List<FutureTask<?>> waiters = new ArrayList<>();
        for (Action wait : waits) {
            FutureTask<?> waiter = new FutureTask<>(() -> {
                Refusal.closed("a wait", wait);
                return null;
            });
            Timeouts.untilWaiting(Thread.ofPlatform().daemon().start(waiter));
            waiters.add(waiter);
        }
        return waiters;
    }

    static void assertWoken(List<FutureTask<?>> waiters, String closed) throws InterruptedException {
        for (FutureTask<?> waiter : waiters) {
            Timeouts.result(waiter, "a wait when " + closed + " were closed");
        }
    }

    @Proves("DA-INT-017")
    void closedInterruptsRefuseUse(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                Interrupts interrupts = device.interrupts().enable(info.kind(), 1);
                InterruptVector vector = interrupts.vector(0);
                interrupts.close();
                String of = " of " + info.kind();
                Refusal.closed("await" + of, () -> vector.await(Duration.ZERO));
                Refusal.closed("poll" + of, vector::poll);
                Refusal.closed("awaitAny" + of, () -> interrupts.awaitAny(Duration.ZERO));
                if (info.maskable()) {
                    Refusal.closed("mask" + of, vector::mask);
                    Refusal.closed("unmask" + of, vector::unmask);
                }
                if (info.triggerable()) {
                    Refusal.closed("trigger" + of, vector::trigger);
                }
                assertDoesNotThrow(interrupts::close, "the second close()" + of);
            }
        }
    }

    @Proves("DA-INT-026")
    void closingDisables(TckTarget target) throws InterruptedException {
        KnownDevice known = target.known();
        boolean ran = false;
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                if (!known.raises().contains(info.kind())) {
                    continue;
                }
                ran = true;
                device.interrupts().enable(info.kind(), 1).close();
                known.raise(device);
                known.raise(device);
                known.acknowledge(device);
                try (Interrupts again = device.interrupts().enable(info.kind(), 1)) {
                    assertEquals(
                            0,
                            again.vector(0).await(Timeouts.NOTHING),
                            info.kind() + " events that were raised while nothing was enabled");
                    known.raise(device);
                    assertEquals(1, again.vector(0).await(Timeouts.EVENT), info.kind() + " events, enabled again");
                    known.acknowledge(device);
                }
            }
        }
        Assumptions.assumeTrue(ran, "the device raises no such interrupt");
    }
}
