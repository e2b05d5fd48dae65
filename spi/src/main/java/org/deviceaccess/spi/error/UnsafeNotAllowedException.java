// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The backend gives a device unprotected access to all memory, and {@code unsafe=true} was not said.
 *
 * @see ErrorCode#UNSAFE_NOT_ALLOWED
 */
public final class UnsafeNotAllowedException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public UnsafeNotAllowedException(Failure failure) {
        super(ErrorCode.UNSAFE_NOT_ALLOWED, failure);
    }
}
