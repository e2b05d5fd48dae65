// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;

/** Which interrupts there are, and enabling them. */
final class InterruptEnableTests {
    @Proves("DA-INT-001")
    void kindsAreListedOnce(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<InterruptInfo> kinds = device.interrupts().kinds();
            Set<InterruptKind> seen = EnumSet.noneOf(InterruptKind.class);
            for (InterruptInfo info : kinds) {
                assertTrue(seen.add(info.kind()), info.kind() + " is listed twice");
                assertTrue(info.vectors() >= 1, info.kind() + " has " + info.vectors() + " vectors");
                assertTrue(info.kind() != InterruptKind.INTX || info.vectors() == 1, "INTX has several vectors");
            }
        }
    }

    @Proves("DA-INT-002")
    void enabledIsWhatWasAskedFor(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                for (int vectors : IntStream.of(1, info.vectors()).distinct().toArray()) {
                    try (Interrupts interrupts = device.interrupts().enable(info.kind(), vectors)) {
                        InterruptInfo expected = new InterruptInfo(
                                info.kind(), vectors, info.maskable(), info.autoMasked(), info.triggerable());
                        assertEquals(expected, interrupts.info(), "the enabled interrupts");
                        for (int i = 0; i < vectors; i++) {
                            assertEquals(i, interrupts.vector(i).index(), "the index of vector " + i);
                            assertSame(interrupts.vector(i), interrupts.vector(i), "vector " + i + ", asked again");
                        }
                    }
                }
            }
        }
    }

    @Proves("DA-INT-003")
    void impossibleNumberIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            InterruptSupport support = device.interrupts();
            for (InterruptInfo info : support.kinds()) {
                for (int vectors : new int[] {0, -1, info.vectors() + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                    Refusal.of(
                                    "enable(" + info.kind() + ", " + vectors + ")",
                                    () -> support.enable(info.kind(), vectors),
                                    InterruptVectorsException.class)
                            .hasCode(ErrorCode.INTERRUPT_VECTORS)
                            .names(vectors, info.vectors());
                }
                support.enable(info.kind(), 1).close();
            }
        }
    }

    @Proves("DA-INT-004")
    void absentVectorIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                try (Interrupts interrupts = device.interrupts().enable(info.kind(), 1)) {
                    for (int index : new int[] {1, -1, Integer.MAX_VALUE}) {
                        Refusal.of(
                                        "vector(" + index + ") of 1 of " + info.kind(),
                                        () -> interrupts.vector(index),
                                        InterruptVectorsException.class)
                                .hasCode(ErrorCode.INTERRUPT_VECTORS)
                                .names(index);
                    }
                }
            }
        }
    }

    @Proves("DA-INT-005")
    void secondEnablingIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            InterruptSupport support = device.interrupts();
            for (InterruptInfo info : support.kinds()) {
                Interrupts enabled = support.enable(info.kind(), 1);
                try (enabled) {
                    for (InterruptInfo other : support.kinds()) {
                        Refusal.of(
                                        "enable(" + other.kind() + ") while " + info.kind() + " is enabled",
                                        () -> support.enable(other.kind(), 1),
                                        InterruptsInUseException.class)
                                .hasCode(ErrorCode.INTERRUPTS_IN_USE);
                    }
                    assertEquals(0, enabled.vector(0).poll(), "the count of the enabled vector");
                }
                support.enable(info.kind(), 1).close();
            }
        }
    }

    @Proves("DA-INT-029")
    void enableFirstFollowsThePreference(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            InterruptSupport support = device.interrupts();
            List<InterruptInfo> kinds = support.kinds();
            Set<InterruptKind> absent = EnumSet.allOf(InterruptKind.class);
            kinds.forEach(info -> absent.remove(info.kind()));
            for (InterruptInfo wanted : kinds) {
                List<InterruptKind> preference = new ArrayList<>(absent);
                preference.add(wanted.kind());
                kinds.forEach(info -> preference.add(info.kind()));
                try (Interrupts enabled = support.enableFirst(1, preference.toArray(InterruptKind[]::new))) {
                    assertEquals(wanted.kind(), enabled.info().kind(), "the kind enabled of " + preference);
                }
            }
            InterruptKind[] lacking = absent.toArray(InterruptKind[]::new);
            Refusal.of(
                            "enableFirst of absent kinds",
                            () -> support.enableFirst(1, lacking),
                            InterruptKindAbsentException.class)
                    .hasCode(ErrorCode.INTERRUPT_KIND_ABSENT);
        }
    }
}
