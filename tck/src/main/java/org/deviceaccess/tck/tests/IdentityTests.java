// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;

/** What an open device says of itself. */
final class IdentityTests {
    /** A type that no backend can have. */
    private interface Foreign {}

    @Proves("DA-IDENT-001")
    void deviceHasAName(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DeviceIdentity identity = device.identity();
            assertFalse(identity.name().isBlank(), "the name of the device is blank");
            assertTrue(identity.numaNode() >= -1, "the NUMA node is " + identity.numaNode());
            assertEquals(identity, device.identity(), "the identity, asked again");
            assertEquals(target.survey().identity(), identity, "the identity at another opening");
        }
    }

    @Proves("DA-IDENT-002")
    void deviceClaimsNoMoreThanItsProvider(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Set<Capability> excess = EnumSet.noneOf(Capability.class);
            excess.addAll(device.capabilities());
            excess.removeAll(target.provider().capabilities());
            assertEquals(Set.of(), excess, "what the device claims and its provider does not");
        }
    }

    @Proves("DA-IDENT-003")
    void claimsDoNotChange(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Use.all(target, device);
            assertEquals(target.survey().capabilities(), device.capabilities(), "the claims at another opening");
            assertEquals(target.survey().trust(), device.trust(), "the trust level at another opening");
        }
    }

    @Proves("DA-IDENT-004")
    void claimedInterruptsAreOffered(TckTarget target) {
        Set<Capability> kinds = EnumSet.of(Capability.INTX, Capability.MSI, Capability.MSIX, Capability.UIO_INTERRUPT);
        try (DeviceAccess device = target.open()) {
            Set<Capability> claimed = EnumSet.copyOf(kinds);
            claimed.retainAll(device.capabilities());
            Set<Capability> offered = EnumSet.noneOf(Capability.class);
            for (InterruptInfo info : device.interrupts().kinds()) {
                offered.add(
                        switch (info.kind()) {
                            case INTX -> Capability.INTX;
                            case MSI -> Capability.MSI;
                            case MSIX -> Capability.MSIX;
                            case UIO -> Capability.UIO_INTERRUPT;
                        });
            }
            assertEquals(claimed, offered, "the kinds of interrupts that are offered are not the claimed ones");
        }
    }

    @Proves("DA-IDENT-005")
    void configurationSpaceIsClaimedWhereItIs(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            boolean there = device.regions().stream().anyMatch(info -> info.id().equals(RegionId.CONFIG));
            assertEquals(
                    device.capabilities().contains(Capability.CONFIG_SPACE),
                    there,
                    "that there is a region CONFIG is not what is claimed");
        }
    }

    @Proves("DA-IDENT-006")
    void trustLevelTellsTheTruth(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            AddressKind addresses = device.dma().limits().addressKind();
            assertNotEquals(TrustLevel.NO_DMA, device.trust(), "the trust level of a device with DMA");
            if (device.trust() == TrustLevel.UNPROTECTED) {
                assertEquals(AddressKind.PHYSICAL, addresses, "the addresses of a device that nothing checks");
            } else if (device.trust() == TrustLevel.IOMMU) {
                assertEquals(AddressKind.IOVA, addresses, "the addresses of a device behind an IOMMU");
            }
        }
    }

    @Proves("DA-IDENT-007")
    void claimedEventsAreOffered(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Set<DeviceEvent> offered = device.events().kinds();
            assertEquals(
                    device.capabilities().contains(Capability.RELEASE_REQUEST),
                    offered.contains(DeviceEvent.RELEASE_REQUESTED),
                    "that requests for release are offered is not what is claimed");
            assertEquals(
                    device.capabilities().contains(Capability.ERROR_EVENT),
                    offered.contains(DeviceEvent.ERROR),
                    "that errors of the bus are offered is not what is claimed");
        }
    }

    @Proves("DA-IDENT-008")
    void collectionsCannotBeChanged(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertAll(
                    () -> refusesChange("capabilities()", device.capabilities()),
                    () -> refusesChange("regions()", device.regions()),
                    () -> refusesChange(
                            "interrupts().kinds()", device.interrupts().kinds()),
                    () -> refusesChange("events().kinds()", device.events().kinds()));
        }
    }

    private static void refusesChange(String what, Collection<?> collection) {
        assertThrows(UnsupportedOperationException.class, collection::clear, what + " lets itself be cleared");
    }

    @Proves("DA-IDENT-009")
    void unwrapAnswersForForeignTypes(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertEquals(Optional.empty(), device.unwrap(Foreign.class), "unwrap of a type that no backend has");
        }
    }
}
