// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.List;
import java.util.Set;

/**
 * A backend: one way to reach devices.
 *
 * <p>Found with {@link java.util.ServiceLoader}, so it has a public constructor without arguments, or a static
 * {@code provider()} method in a named module, that does nothing that can fail. One instance may be asked by several
 * threads. Third parties implement this interface and prove the result with the compatibility kit.
 */
public interface DeviceAccessProvider {
    /** The level of the SPI that this version of the module speaks. */
    int SPI_LEVEL = 1;

    /**
     * Returns the name that addresses use: lower-case letters, digits and {@code -}, beginning with a letter.
     * Two providers of one name on a path are an error for addresses that use it.
     */
    String name();

    /**
     * Returns the level of the SPI the provider was made for. An implementation returns a number, not
     * {@link #SPI_LEVEL}, so that a newer module can tell that the provider is older.
     */
    int spiLevel();

    /** Returns what the backend is, in one sentence. */
    String description();

    /** Returns what the backend can do for a device that can do everything. */
    Set<Capability> capabilities();

    /** Returns the options that the backend understands. */
    List<OptionKey<?>> options();

    /**
     * Returns the devices that the backend knows of, openable or not, without opening any. A device that vanishes while
     * it is being listed is left out.
     */
    List<DeviceSummary> discover();

    /**
     * Tries whether a device could be opened now.
     *
     * <p>It tries as much as can be tried without a lasting effect on the device or its users, and never judges by
     * guessing, such as by the name of a group or user. It does not throw for what opening would report: that is what
     * it returns.
     *
     * @param address the device; its {@link DeviceAddress#locator()} is the backend's to read
     * @param options checked options
     * @return whether it could be opened, and why not
     */
    Availability probe(DeviceAddress address, Options options);

    /**
     * Looks at the machine: what the backend needs of the kernel, of permissions and of limits, and whether it is there.
     *
     * @return what was found, in the order in which it would have to be mended; empty where the backend needs nothing
     */
    default List<Finding> diagnose() {
        return List.of();
    }

    /**
     * Opens a device.
     *
     * @param address the device, with this backend's name
     * @param options checked options
     * @return the open device; where an exception is thrown instead, nothing is left open
     * @throws org.deviceaccess.spi.error.DeviceAccessException the class for the condition that is in the way
     */
    DeviceAccess open(DeviceAddress address, Options options);
}
