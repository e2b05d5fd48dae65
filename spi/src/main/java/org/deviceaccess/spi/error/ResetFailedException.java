// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device claims to have a reset, but resetting it failed.
 *
 * @see ErrorCode#RESET_FAILED
 */
public final class ResetFailedException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public ResetFailedException(Failure failure) {
        super(ErrorCode.RESET_FAILED, failure);
    }
}
