// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A device did not finish in the time its driver grants it.
 *
 * @see ErrorCode#DEVICE_TIMEOUT
 */
public final class DeviceTimeoutException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DeviceTimeoutException(Failure failure) {
        super(ErrorCode.DEVICE_TIMEOUT, failure);
    }
}
