// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * An address names a backend that no provider on the class path or module path has.
 *
 * @see ErrorCode#BACKEND_UNKNOWN
 */
public final class UnknownBackendException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public UnknownBackendException(Failure failure) {
        super(ErrorCode.BACKEND_UNKNOWN, failure);
    }
}
