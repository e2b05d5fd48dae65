// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A device address that does not follow the grammar of {@link org.deviceaccess.spi.DeviceAddress}.
 *
 * @see ErrorCode#ADDRESS_INVALID
 */
public final class InvalidAddressException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public InvalidAddressException(Failure failure) {
        super(ErrorCode.ADDRESS_INVALID, failure);
    }
}
