// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The provider that an address names was found but could not be loaded, or threw something unexpected.
 *
 * @see ErrorCode#PROVIDER_BROKEN
 */
public final class BrokenProviderException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public BrokenProviderException(Failure failure) {
        super(ErrorCode.PROVIDER_BROKEN, failure);
    }
}
