// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Availability.Available;
import org.deviceaccess.spi.Availability.Unavailable;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;

/** What a provider says before anything is opened. */
final class LookupTests {
    @Proves("DA-LOOKUP-001")
    void providerIsFoundUnderItsName(TckTarget target) {
        String name = target.provider().name();
        assertTrue(
                name.matches("[a-z][a-z0-9-]*"), "the name '" + name + "' has other characters, or begins with none");
        try (DeviceAccess device = target.devices().access(target.address().withBackend(name))) {
            assertEquals(name, device.address().backend(), "the backend of the open device");
        }
    }

    @Proves("DA-LOOKUP-002")
    void providerStatesItsLevel(TckTarget target) {
        DeviceAccessProvider provider = target.provider();
        assertEquals(DeviceAccessProvider.SPI_LEVEL, provider.spiLevel(), "the level of the SPI");
        assertEquals(provider.spiLevel(), provider.spiLevel(), "the level of the SPI, asked again");
    }

    @Proves("DA-LOOKUP-003")
    void providerDescribesItself(TckTarget target) {
        String description = target.provider().description();
        assertFalse(description.isBlank(), "the description is blank");
        assertEquals(1, description.lines().count(), "lines of the description '" + description + "'");
    }

    @Proves("DA-LOOKUP-004")
    void optionsAreDocumented(TckTarget target) {
        Set<String> names = new HashSet<>();
        assertAll(target.provider().options().stream().map(option -> () -> {
            assertTrue(names.add(option.name()), "the option " + option.name() + " occurs twice");
            assertFalse(option.name().isBlank(), "the name of an option is blank");
            assertFalse(option.documentation().isBlank(), "the option " + option.name() + " has no documentation");
            assertFalse(option.form().isBlank(), "the option " + option.name() + " has no form");
            parseDefault(option);
        }));
    }

    private static void parseDefault(OptionKey<?> option) {
        try {
            var _ = option.parser().apply(option.defaultValue());
        } catch (IllegalArgumentException e) {
            fail("the option " + option.name() + " refuses its default '" + option.defaultValue() + "'", e);
        }
    }

    @Proves("DA-LOOKUP-005")
    void probeAgreesWithOpening(TckTarget target) {
        Availability availability = target.provider().probe(target.address(), target.options());
        Available available = assertInstanceOf(Available.class, availability, "the probe of a device that opens");
        try (DeviceAccess device = target.open()) {
            assertEquals(device.trust(), available.trust(), "the trust level of the probe");
        }
    }

    @Proves("DA-LOOKUP-006")
    void probeOfAnAbsentDeviceAnswers(TckTarget target) {
        DeviceAddress absent = target.absentDevice();
        Availability availability = assertDoesNotThrow(
                () -> target.provider().probe(absent, target.options()), "the probe of the absent device " + absent);
        Unavailable unavailable =
                assertInstanceOf(Unavailable.class, availability, "the probe of the absent device " + absent);
        Refusal refusal = Refusal.of(
                "opening " + absent,
                () -> target.devices().access(absent).close(),
                DeviceNotFoundException.class,
                InvalidAddressException.class);
        assertEquals(refusal.code(), unavailable.reason(), "the code of the probe");
        assertFalse(unavailable.detail().isBlank(), "the probe gives no detail");
        String remedy = unavailable.remedy();
        assertTrue(remedy != null && !remedy.isBlank(), "the probe gives no remedy");
    }

    @Proves("DA-LOOKUP-007")
    void probeDoesNotDisturb(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertDoesNotThrow(
                    () -> target.provider().probe(target.address(), target.options()), "the probe of an open device");
            assertTrue(device.isOpen(), "the device is closed by the probe");
            Use.all(target, device);
        }
    }

    @Proves("DA-LOOKUP-008")
    void discoveryListsAddresses(TckTarget target) {
        DeviceAccessProvider provider = target.provider();
        List<DeviceSummary> found = assertDoesNotThrow(provider::discover, "discover()");
        Set<String> seen = new HashSet<>();
        for (DeviceSummary summary : found) {
            DeviceAddress address = summary.address();
            assertEquals(provider.name(), address.backend(), "the backend of " + address);
            assertEquals(address, DeviceAddress.parse(address.toString()), address + " read back from its text");
            assertTrue(seen.add(address.toString()), address + " is listed twice");
            assertFalse(summary.description().isBlank(), address + " has no description");
        }
    }

    @Proves("DA-LOOKUP-009")
    void discoveryFindsTheDevice(TckTarget target) {
        List<String> names = target.provider().discover().stream()
                .map(summary -> summary.identity().name())
                .toList();
        String name = target.survey().identity().name();
        assertTrue(names.contains(name), "discover() lists " + names + " and not " + name);
    }

    @Proves("DA-LOOKUP-010")
    void addressOpensTheDeviceAgain(TckTarget target) {
        DeviceAddress said = DeviceAddress.parse(target.address().toString());
        assertEquals(target.address(), said, "the address read back from its text");
        try (DeviceAccess device = target.devices().access(said.toString())) {
            assertEquals(target.address(), device.address(), "the address of the device, opened by its address");
            assertEquals(target.survey().identity(), device.identity(), "the identity, opened by its address");
        }
    }
}
