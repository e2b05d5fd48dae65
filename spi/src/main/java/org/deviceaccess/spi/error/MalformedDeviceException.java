// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A capability list, a sysfs file or a device register that breaks its own specification.
 *
 * @see ErrorCode#DEVICE_MALFORMED
 */
public final class MalformedDeviceException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public MalformedDeviceException(Failure failure) {
        super(ErrorCode.DEVICE_MALFORMED, failure);
    }
}
