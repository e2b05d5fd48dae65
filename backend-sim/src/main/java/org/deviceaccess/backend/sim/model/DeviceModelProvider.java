// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.model;

import java.util.List;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/**
 * Makes simulated devices of one model.
 *
 * <p>Found with {@link java.util.ServiceLoader}, or given to
 * {@link org.deviceaccess.backend.sim.SimProvider#SimProvider(List)}.
 */
public interface DeviceModelProvider {
    /** Returns the model's name, the locator in {@code sim:NAME}: lower-case letters, digits and {@code -}. */
    String name();

    /** Returns what the device is, in a few words. */
    String description();

    /** Returns the options that the model understands beyond those of the backend. */
    List<OptionKey<?>> options();

    /**
     * Makes a device, as it is before power-on.
     *
     * @param options checked options
     * @return a new device that shares nothing with others, but what its options let it share with devices of the same
     *     provider
     */
    DeviceModel create(Options options);
}
