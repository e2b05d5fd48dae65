// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The provider that an address names was made for a level of the SPI that this version does not speak.
 *
 * @see ErrorCode#PROVIDER_LEVEL
 */
public final class IncompatibleProviderException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public IncompatibleProviderException(Failure failure) {
        super(ErrorCode.PROVIDER_LEVEL, failure);
    }
}
