// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.driver.Drivers;
import org.jspecify.annotations.Nullable;

/**
 * Which driver is to be tested, and how.
 *
 * @param drivers the drivers to choose from
 * @param name the name of the driver, or {@code null} for the one that {@link Drivers#find} finds
 * @param allowWrites whether blocks may be written, which destroys the data that is there, and packets sent, which others
 *     receive. On a simulated device both are done in any case
 * @param patience how long one operation of the driver may take before it counts as hanging
 */
public record DriverChoice(Drivers drivers, @Nullable String name, boolean allowWrites, Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if no driver has the name, or the patience is not positive
     */
    public DriverChoice {
        List<String> names =
                drivers.providers().stream().map(DriverProvider::name).toList();
        if (name != null && !names.contains(name)) {
            throw new IllegalArgumentException("there is no driver '" + name + "'; installed are " + names);
        }
        if (!patience.isPositive()) {
            throw new IllegalArgumentException("the patience " + patience + " is not more than zero");
        }
    }

    /** Returns the choice of the installed driver that matches, which writes nothing that is not simulated. */
    public static DriverChoice installed() {
        return new DriverChoice(Drivers.installed(), null, false, PATIENCE);
    }

    /** Returns the choice of exactly this driver. */
    public static DriverChoice of(DriverProvider provider) {
        return new DriverChoice(Drivers.of(provider), null, false, PATIENCE);
    }

    /**
     * Returns the choice of the driver with a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public DriverChoice withName(String newName) {
        return new DriverChoice(drivers, newName, allowWrites, patience);
    }

    /** Returns the choice with blocks written and packets sent, or not, on devices that are not simulated. */
    public DriverChoice withWrites(boolean allow) {
        return new DriverChoice(drivers, name, allow, patience);
    }

    /** Returns the choice with another time after which an operation counts as hanging, more than zero. */
    public DriverChoice withPatience(Duration newPatience) {
        return new DriverChoice(drivers, name, allowWrites, newPatience);
    }

    /** Returns the drivers to choose from, by name if there is one. */
    Drivers candidates() {
        return Drivers.of(drivers.providers().stream()
                .filter(provider -> name == null || name.equals(provider.name()))
                .toArray(DriverProvider[]::new));
    }
}
