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
        String kernel,
        String java) {
    /** Copies the set. */
    public Subject {
        capabilities = Set.copyOf(capabilities);
    }
}
