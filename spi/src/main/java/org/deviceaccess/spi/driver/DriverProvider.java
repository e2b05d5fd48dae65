// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;

/**
 * A driver that can be attached to devices.
 *
 * <p>Found with {@link java.util.ServiceLoader}; it has a public constructor without arguments, or a static
 * {@code provider()} method in a named module.
 */
public interface DriverProvider {
    /** Returns the driver's name in lower case, such as {@code edu} or {@code nvme}. */
    String name();

    /** Returns the type that {@link #attach} returns, which applications ask for, or a subtype of it. */
    Class<? extends Driver> type();

    /** Returns whether the driver is for the device. Looks at nothing but the identity. */
    boolean matches(DeviceIdentity identity);

    /**
     * Returns how closely the driver is for the device, by which the best of several is chosen. Looks at nothing but the
     * identity. By default, what {@link #matches} accepts is accepted by its vendor and device number; a driver that
     * looks at the class, or at the subsystem, says so here.
     *
     * @return {@link DriverMatch#NONE} exactly where {@link #matches} answers {@code false}
     */
    default DriverMatch match(DeviceIdentity identity) {
        return matches(identity) ? DriverMatch.DEVICE : DriverMatch.NONE;
    }

    /** Returns what the driver needs of device and backend. */
    DriverNeeds needs();

    /**
     * Attaches the driver: {@linkplain DeviceAccess#claim claims} the device, brings it into a known state and makes it ready
     * for use.
     *
     * @param device an open device that {@linkplain #matches matches} and has what the driver {@linkplain #needs needs}
     * @return the driver, ready for use
     * @throws org.deviceaccess.spi.error.DeviceBusyException if another driver is attached to the device, which is not
     *     touched then
     * @throws org.deviceaccess.spi.error.DeviceFaultException if the device is not what it says it is
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the device does not become ready in time
     * @throws org.deviceaccess.spi.error.DeviceAccessException what the use of the device throws. Nothing obtained from
     *     the device is left behind but memory that the device may still be using as it could not be stopped, which is
     *     left to the closing of the device. The thread stays interrupted if it was
     */
    Driver attach(DeviceAccess device);
}
