// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

/** How closely a driver is for a device, from not at all to the closest. */
public enum DriverMatch {
    /** The driver is not for the device. */
    NONE,
    /** It is for devices of its class, whoever makes them. */
    CLASS,
    /** It is for this device, by vendor and device number or what corresponds to them. */
    DEVICE,
    /** It is for this device in this product, by the numbers of its subsystem, too. */
    SUBSYSTEM
}
