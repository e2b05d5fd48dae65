// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * An option's value that its parser refuses, or a configuration file that cannot be read.
 *
 * @see ErrorCode#OPTION_INVALID
 */
public final class InvalidOptionException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public InvalidOptionException(Failure failure) {
        super(ErrorCode.OPTION_INVALID, failure);
    }
}
