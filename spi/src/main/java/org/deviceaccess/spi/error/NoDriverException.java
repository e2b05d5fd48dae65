// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * No driver on the class path or module path matches the device and has the wanted type.
 *
 * @see ErrorCode#DRIVER_NONE
 */
public final class NoDriverException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public NoDriverException(Failure failure) {
        super(ErrorCode.DRIVER_NONE, failure);
    }
}
