// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * An access whose offset is not a multiple of its width.
 *
 * @see ErrorCode#REGION_MISALIGNED
 */
public final class MisalignedAccessException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public MisalignedAccessException(Failure failure) {
        super(ErrorCode.REGION_MISALIGNED, failure);
    }
}
