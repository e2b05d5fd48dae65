// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.block;

import org.deviceaccess.spi.error.CommandAbortedException;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MediaErrorException;

/** How a command ended, in terms that all block devices share. */
public enum BlockStatus {
    /** It was done. */
    SUCCESS,
    /** The medium cannot be read or written there. */
    MEDIA_ERROR,
    /** The device refused it or could not do it, for another reason. */
    FAILED,
    /** It was under way when it was aborted or the device was reset: done, half done or not done. */
    ABORTED,
    /** It was not done in time, and was stopped: done, half done or not done. */
    TIMED_OUT;

    /**
     * Returns the exception for a status, which the synchronous operations throw.
     *
     * @param failure what was tried, and what the device said
     * @throws IllegalStateException if this is {@link #SUCCESS}
     */
    public DeviceAccessException exception(Failure failure) {
        return switch (this) {
            case SUCCESS -> throw new IllegalStateException("a success is no failure");
            case MEDIA_ERROR -> new MediaErrorException(failure);
            case FAILED -> new CommandFailedException(failure);
            case ABORTED -> new CommandAbortedException(failure);
            case TIMED_OUT -> new DeviceTimeoutException(failure);
        };
    }
}
