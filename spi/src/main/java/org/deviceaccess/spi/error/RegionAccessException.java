// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A write to a region that can only be read, or a read of one that can only be written.
 *
 * @see ErrorCode#REGION_ACCESS
 */
public final class RegionAccessException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public RegionAccessException(Failure failure) {
        super(ErrorCode.REGION_ACCESS, failure);
    }
}
