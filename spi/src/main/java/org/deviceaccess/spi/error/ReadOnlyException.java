// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device can be read only, and was asked to write.
 *
 * @see ErrorCode#READ_ONLY
 */
public final class ReadOnlyException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public ReadOnlyException(Failure failure) {
        super(ErrorCode.READ_ONLY, failure);
    }
}
