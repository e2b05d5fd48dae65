// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The locator names a device that does not exist.
 *
 * @see ErrorCode#DEVICE_NOT_FOUND
 */
public final class DeviceNotFoundException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DeviceNotFoundException(Failure failure) {
        super(ErrorCode.DEVICE_NOT_FOUND, failure);
    }
}
