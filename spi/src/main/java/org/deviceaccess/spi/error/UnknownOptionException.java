// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * An option that the chosen backend does not have.
 *
 * @see ErrorCode#OPTION_UNKNOWN
 */
public final class UnknownOptionException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public UnknownOptionException(Failure failure) {
        super(ErrorCode.OPTION_UNKNOWN, failure);
    }
}
