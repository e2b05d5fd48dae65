// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** What a device does not claim, it must refuse: a claim that is left out is no excuse from being tested. */
final class UnclaimedTests {
    @Proves("DA-ERR-006")
    void dmaIsRefused(TckTarget target) {
        requireUnclaimed(target, Capability.DMA);
        try (DeviceAccess device = target.open()) {
            unsupported("dma()", device::dma).hasRemedy();
        }
    }

    @Proves("DA-ERR-007")
    void mappingIsRefused(TckTarget target) {
        requireUnclaimed(target, Capability.DMA_MAP);
        try (DeviceAccess device = target.open();
                Arena arena = Arena.ofShared()) {
            long page = device.dma().limits().pageSize();
            unsupported("map()", () -> device.dma().map(arena.allocate(page, page), DmaConstraints.NONE));
        }
    }

    @Proves("DA-ERR-008")
    void interruptsAreRefused(TckTarget target) {
        Set<InterruptKind> absent = EnumSet.noneOf(InterruptKind.class);
        for (InterruptKind kind : InterruptKind.values()) {
            if (!target.claims(claim(kind))) {
                absent.add(kind);
            }
        }
        Assumptions.assumeFalse(absent.isEmpty(), "the device claims all kinds of interrupts");
        try (DeviceAccess device = target.open()) {
            for (InterruptKind kind : absent) {
                Refusal.of(
                                "enable(" + kind + ")",
                                () -> device.interrupts().enable(kind, 1),
                                InterruptKindAbsentException.class)
                        .hasCode(ErrorCode.INTERRUPT_KIND_ABSENT)
                        .names(kind);
            }
        }
    }

    private static Capability claim(InterruptKind kind) {
        return switch (kind) {
            case INTX -> Capability.INTX;
            case MSI -> Capability.MSI;
            case MSIX -> Capability.MSIX;
            case UIO -> Capability.UIO_INTERRUPT;
        };
    }

    @Proves("DA-ERR-009")
    void resetIsRefused(TckTarget target) {
        requireUnclaimed(target, Capability.RESET);
        try (DeviceAccess device = target.open()) {
            unsupported("reset()", device::reset);
            Use.registers(target, device);
        }
    }

    @Proves("DA-ERR-010")
    void eventsAreRefused(TckTarget target) {
        requireUnclaimed(target, Capability.RELEASE_REQUEST);
        requireUnclaimed(target, Capability.ERROR_EVENT);
        try (DeviceAccess device = target.open()) {
            unsupported("await of events", () -> device.events().await(Duration.ZERO));
        }
    }

    @Proves("DA-ERR-011")
    void configurationSpaceIsRefused(TckTarget target) {
        requireUnclaimed(target, Capability.CONFIG_SPACE);
        try (DeviceAccess device = target.open()) {
            Refusal.of("region(CONFIG)", () -> device.region(RegionId.CONFIG), NoSuchRegionException.class)
                    .hasCode(ErrorCode.REGION_ABSENT)
                    .names("CONFIG");
        }
    }

    private static void requireUnclaimed(TckTarget target, Capability capability) {
        Assumptions.assumeFalse(target.claims(capability), "the device claims " + capability);
    }

    private static Refusal unsupported(String what, Action action) {
        return Refusal.of(what, action, UnsupportedCapabilityException.class).hasCode(ErrorCode.CAPABILITY_ABSENT);
    }
}
