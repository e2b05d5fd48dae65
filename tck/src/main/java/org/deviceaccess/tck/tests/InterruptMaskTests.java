// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.EventSource;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** Masking, by the driver and by the kernel. */
final class InterruptMaskTests {
    private static final int ROUNDS = 5;

    @Proves("DA-INT-021")
    void maskedVectorReportsNothing(TckTarget target) throws Exception {
        KnownDevice known = target.known();
        EventSource.forEachRaisedKind(target, InterruptInfo::maskable, source -> {
            source.vector().mask();
            known.raise(source.device());
            assertEquals(0, source.vector().await(Timeouts.NOTHING), source.kind() + " events of a masked vector");
            source.vector().unmask();
            if (source.kind() == InterruptKind.INTX) {
                assertEquals(1, source.vector().await(Timeouts.EVENT), "events of the line after unmasking");
            } else {
                long reported = source.vector().await(Timeouts.NOTHING);
                assertTrue(reported <= 1, source.kind() + " reported " + reported + " events of one after unmasking");
            }
        });
    }

    @Proves("DA-INT-022")
    void unmaskingAnUnmaskedVectorIsWithoutEffect(TckTarget target) throws InterruptedException {
        boolean ran = false;
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                if (!info.maskable()) {
                    continue;
                }
                ran = true;
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), 1)) {
                    InterruptVector vector = interrupts.vector(0);
                    vector.unmask();
                    vector.unmask();
                    assertEquals(0, vector.await(Timeouts.SHORT), info.kind() + " events made by unmasking");
                    if (info.triggerable()) {
                        vector.trigger();
                        vector.unmask();
                        assertEquals(1, vector.await(Timeouts.EVENT), info.kind() + " events around unmasking");
                    }
                }
            }
        }
        Assumptions.assumeTrue(ran, "no kind is maskable");
    }

    @Proves("DA-INT-023")
    void whatAKindCannotDoIsRefused(TckTarget target) {
        boolean ran = false;
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), 1)) {
                    InterruptVector vector = interrupts.vector(0);
                    if (!info.maskable()) {
                        ran = true;
                        refused("mask() of " + info.kind(), vector::mask);
                        refused("unmask() of " + info.kind(), vector::unmask);
                    }
                    if (!info.triggerable()) {
                        ran = true;
                        refused("trigger() of " + info.kind(), vector::trigger);
                    }
                }
            }
        }
        Assumptions.assumeTrue(ran, "all kinds are maskable and triggerable");
    }

    private static void refused(String what, Action action) {
        Refusal.of(what, action, UnsupportedCapabilityException.class).hasCode(ErrorCode.CAPABILITY_ABSENT);
    }

    @Proves("DA-INT-024")
    void autoMaskedFiresOnce(TckTarget target) throws Exception {
        KnownDevice known = target.known();
        EventSource.forEachRaisedKind(target, InterruptInfo::autoMasked, source -> {
            known.raise(source.device());
            assertEquals(1, source.vector().await(Timeouts.EVENT), "events of a line that is asserted");
            assertEquals(0, source.vector().await(Timeouts.NOTHING), "further events while the line stays asserted");
            known.acknowledge(source.device());
            assertEquals(0, source.vector().await(Timeouts.NOTHING), "events by acknowledging");
        });
    }

    @Proves("DA-INT-025")
    void autoMaskedRearms(TckTarget target) throws Exception {
        KnownDevice known = target.known();
        EventSource.forEachRaisedKind(target, InterruptInfo::autoMasked, source -> {
            InterruptVector vector = source.vector();
            for (int round = 0; round < ROUNDS; round++) {
                known.raise(source.device());
                assertEquals(1, vector.await(Timeouts.EVENT), "events in round " + round);
                known.acknowledge(source.device());
                vector.unmask();
                assertEquals(0, vector.poll(), "events after unmasking an acknowledged line");
            }
            known.raise(source.device());
            assertEquals(1, vector.await(Timeouts.EVENT), "events of the line");
            vector.unmask();
            assertEquals(1, vector.await(Timeouts.EVENT), "events after unmasking a line that is still asserted");
        });
    }
}
