// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A driver states what it needs of device and backend, and something of it is missing; the message names all that
 * is.
 *
 * @see ErrorCode#DRIVER_NEEDS
 */
public final class DriverNeedsException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DriverNeedsException(Failure failure) {
        super(ErrorCode.DRIVER_NEEDS, failure);
    }
}
