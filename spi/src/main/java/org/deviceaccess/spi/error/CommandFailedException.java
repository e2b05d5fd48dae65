// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A device refused a command or could not do it; the message has its own status.
 *
 * @see ErrorCode#COMMAND_FAILED
 */
public final class CommandFailedException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public CommandFailedException(Failure failure) {
        super(ErrorCode.COMMAND_FAILED, failure);
    }
}
