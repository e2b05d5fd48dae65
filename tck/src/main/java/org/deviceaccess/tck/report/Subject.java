// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.TrustLevel;
import org.jspecify.annotations.Nullable;

/**
 * What was tested, and where.
 *
 * @param provider the name of the backend
 * @param description the backend in its own words
 * @param providerClass the class of the provider
 * @param address the full address of the device
 * @param identity what the device is
 * @param trust its trust level
 * @param capabilities what it claims
 * @param knownDevice the name of what is known of its behaviour, or {@code null}
 * @param driver the driver that was tested, or {@code null} where it was the backend
 * @param kernel the operating system and its version
 * @param java the Java runtime and its version
 */
public record Subject(
        String provider,
        String description,
        String providerClass,
        String address,
        DeviceIdentity identity,
        TrustLevel trust,
        Set<Capability> capabilities,
        @Nullable String knownDevice,
        @Nullable DriverUnderTest driver,
        String kernel,
        String java) {
    /**
     * A driver.
     *
     * @param name its name
     * @param type the type that it states
     * @param providerClass the class of its provider
     * @param writesAllowed whether blocks were written and packets sent
     */
    public record DriverUnderTest(String name, String type, String providerClass, boolean writesAllowed) {
        /** Returns the name and where it comes from. */
        @Override
        public String toString() {
            return name + " (" + providerClass + "), type " + type
                    + (writesAllowed ? "" : "; nothing was written or sent, as that was not allowed");
        }
    }

    /** Copies the set. */
    public Subject {
        capabilities = Set.copyOf(capabilities);
    }
}
