// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import java.util.List;

/**
 * A driver that is for a device.
 *
 * @param provider the driver's provider
 * @param match how closely it is for the device
 * @param missing what it needs and device and backend do not have, a phrase for each; empty where it can be attached
 */
public record DriverCandidate(DriverProvider provider, DriverMatch match, List<String> missing) {
    /** Copies the list. */
    public DriverCandidate {
        missing = List.copyOf(missing);
    }

    /** Returns whether device and backend have all that the driver needs. */
    public boolean isReady() {
        return missing.isEmpty();
    }

    @Override
    public String toString() {
        return provider.name() + " (" + provider.getClass().getName() + ")";
    }
}
