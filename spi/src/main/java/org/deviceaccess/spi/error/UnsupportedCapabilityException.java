// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * Something was asked that the backend or the device cannot do and did not claim to.
 *
 * @see ErrorCode#CAPABILITY_ABSENT
 */
public final class UnsupportedCapabilityException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public UnsupportedCapabilityException(Failure failure) {
        super(ErrorCode.CAPABILITY_ABSENT, failure);
    }
}
