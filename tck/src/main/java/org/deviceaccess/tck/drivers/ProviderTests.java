// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.regex.Pattern;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverMatch;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;

/** What a driver says of itself. */
final class ProviderTests {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
    // 0xffff is the vendor id of a function that is not there, and is given to nobody.
    private static final PciId NOBODY = new PciId(0xffff, 0xffff, 0xffff, 0xffff, 0xff0000, 0xff);

    @Proves("DA-DRV-001")
    void hasAName(DriverTarget target) {
        String name = target.provider().name();
        assertTrue(NAME.matcher(name).matches(), () -> "the name '" + name + "'");
        assertEquals(name, target.provider().name(), "the name at the next call");
    }

    @Proves("DA-DRV-002")
    void isOfTheTypeThatItStates(DriverTarget target) throws Exception {
        Class<? extends Driver> type = target.provider().type();
        assertEquals(type, target.provider().type(), "the type at the next call");
        assertTrue(Modifier.isPublic(type.getModifiers()), () -> type + " is not public");
        try (DeviceAccess device = target.open()) {
            Driver driver = target.attach(device);
            assertInstanceOf(type, driver, "what attach() returned");
            target.close(driver);
        }
    }

    @Proves("DA-DRV-003")
    void needsAreConstant(DriverTarget target) throws Exception {
        DriverNeeds needs = target.needs();
        assertEquals(needs, target.needs(), "needs() at the next call");
        try (DeviceAccess device = target.open()) {
            Driver driver = target.attach(device);
            assertEquals(needs, target.needs(), "needs() while the driver is attached");
            target.close(driver);
        }
        assertEquals(needs, target.needs(), "needs() after the driver was closed");
    }

    @Proves("DA-DRV-004")
    void matchesByIdentityAlone(DriverTarget target) throws Exception {
        DriverProvider provider = target.provider();
        DeviceIdentity identity = target.survey().identity();
        DeviceIdentity elsewhere = new DeviceIdentity(identity.name(), identity.pci(), identity.numaNode() + 1);
        try (DeviceAccess device = target.openPlain()) {
            assertTrue(provider.matches(device.identity()), "matches() while the device is open");
            assertTrue(provider.matches(device.identity()), "matches() at the next call");
        }
        assertTrue(provider.matches(elsewhere), () -> "matches() of the same device on another node, " + elsewhere);
        for (DeviceIdentity other : List.of(
                new DeviceIdentity("there-is-no-such-device", null, -1),
                new DeviceIdentity("there-is-no-such-device", NOBODY, -1))) {
            assertFalse(provider.matches(other), () -> "matches() of " + other);
        }
    }

    @Proves("DA-DRV-033")
    void matchAgreesWithMatches(DriverTarget target) {
        DriverProvider provider = target.provider();
        DeviceIdentity identity = target.survey().identity();
        for (DeviceIdentity each : List.of(
                identity,
                new DeviceIdentity("there-is-no-such-device", null, -1),
                new DeviceIdentity("there-is-no-such-device", NOBODY, -1))) {
            DriverMatch match = provider.match(each);
            assertEquals(
                    provider.matches(each), match != DriverMatch.NONE, () -> "match() is " + match + " for " + each);
            assertEquals(match, provider.match(each), () -> "match() at the next call for " + each);
        }
    }
}
