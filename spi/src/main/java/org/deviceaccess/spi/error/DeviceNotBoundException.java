// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device exists, but no kernel driver or another one than the backend needs is bound to it.
 *
 * @see ErrorCode#DEVICE_NOT_BOUND
 */
public final class DeviceNotBoundException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DeviceNotBoundException(Failure failure) {
        super(ErrorCode.DEVICE_NOT_BOUND, failure);
    }
}
