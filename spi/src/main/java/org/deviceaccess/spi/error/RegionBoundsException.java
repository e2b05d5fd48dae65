// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * An access or a slice that is not wholly inside the region.
 *
 * @see ErrorCode#REGION_BOUNDS
 */
public final class RegionBoundsException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public RegionBoundsException(Failure failure) {
        super(ErrorCode.REGION_BOUNDS, failure);
    }
}
