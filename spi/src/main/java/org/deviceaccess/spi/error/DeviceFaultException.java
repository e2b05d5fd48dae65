// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A driver caught its device giving an answer that the device's specification does not allow.
 *
 * @see ErrorCode#DEVICE_FAULT
 */
public final class DeviceFaultException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DeviceFaultException(Failure failure) {
        super(ErrorCode.DEVICE_FAULT, failure);
    }
}
