// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

/** How the driver learns that the device is done. */
public enum Completion {
    /** By reading the device's status again and again: works over every backend. */
    POLLING,
    /** By the device's interrupt: the thread sleeps meanwhile. Needs a backend that delivers one. */
    INTERRUPT
}
