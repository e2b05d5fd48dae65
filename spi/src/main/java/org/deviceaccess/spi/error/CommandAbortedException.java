// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A command was under way when it was aborted or its device was reset; it may be done, half done or not done.
 *
 * @see ErrorCode#COMMAND_ABORTED
 */
public final class CommandAbortedException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public CommandAbortedException(Failure failure) {
        super(ErrorCode.COMMAND_ABORTED, failure);
    }
}
