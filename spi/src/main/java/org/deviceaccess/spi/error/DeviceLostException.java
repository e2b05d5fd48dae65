// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device was removed, or its memory decoding was switched off: an access to it faulted.
 *
 * @see ErrorCode#DEVICE_LOST
 */
public final class DeviceLostException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DeviceLostException(Failure failure) {
        super(ErrorCode.DEVICE_LOST, failure);
    }
}
