// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import org.deviceaccess.spi.error.DeviceAccessException;

/** A provider that was found, and whether it can be used. */
public sealed interface ProviderStatus {
    /** Returns the provider's name, or the text that names its class where it could not be loaded. */
    String name();

    /** The provider can be used. */
    record Usable(DeviceAccessProvider provider) implements ProviderStatus {
        @Override
        public String name() {
            return provider.name();
        }
    }

    /**
     * The provider cannot be used: it could not be loaded, speaks another level of the SPI, or shares its name with
     * another provider.
     *
     * @param name the provider's name, or the text that names its class
     * @param error why it cannot be used; thrown when an address names the provider
     */
    record Refused(String name, DeviceAccessException error) implements ProviderStatus {}
}
