// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * An access of a width that the region's medium cannot do in one transaction.
 *
 * @see ErrorCode#REGION_WIDTH
 */
public final class UnsupportedWidthException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public UnsupportedWidthException(Failure failure) {
        super(ErrorCode.REGION_WIDTH, failure);
    }
}
