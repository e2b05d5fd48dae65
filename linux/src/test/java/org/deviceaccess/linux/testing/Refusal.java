// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;

/** A device that is not to be had, which opening and probing must both say. */
public final class Refusal {
    private Refusal() {}

    /**
     * Asserts that a device cannot be opened, that its probe says so with the same code, cause and remedy, and that neither
     * leaves anything open.
     *
     * @param kernel what the provider opens files of
     * @param what says in a failure why it cannot
     * @return what opening it threw
     */
    public static DeviceAccessException assertAlike(
            DeviceAccessProvider provider, FakeCalls kernel, DeviceAddress address, String what) {
        Options options = Options.of(provider.name(), provider.options(), address.options());
        DeviceAccessException error =
                assertThrows(DeviceAccessException.class, () -> provider.open(address, options), what);
        Availability.Unavailable verdict =
                assertInstanceOf(Availability.Unavailable.class, provider.probe(address, options), what);
        assertEquals(error.code(), verdict.reason(), what);
        assertTrue(verdict.detail().startsWith(error.detail()), () -> what + ": " + verdict + " and " + error);
        assertEquals(error.remedy(), verdict.remedy(), what);
        assertEquals(Map.of(), kernel.open, () -> what + ": open");
        return error;
    }
}
