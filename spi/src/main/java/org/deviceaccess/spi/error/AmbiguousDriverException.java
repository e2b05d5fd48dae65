// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * Several drivers of the wanted type match the device equally well, and have what they need; the message names them.
 *
 * @see ErrorCode#DRIVER_AMBIGUOUS
 */
public final class AmbiguousDriverException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public AmbiguousDriverException(Failure failure) {
        super(ErrorCode.DRIVER_AMBIGUOUS, failure);
    }
}
