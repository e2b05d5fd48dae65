// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The medium of a storage device cannot be read or written at some place.
 *
 * @see ErrorCode#MEDIA_ERROR
 */
public final class MediaErrorException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public MediaErrorException(Failure failure) {
        super(ErrorCode.MEDIA_ERROR, failure);
    }
}
