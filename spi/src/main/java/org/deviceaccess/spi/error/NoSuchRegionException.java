// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A region that the device does not have.
 *
 * @see ErrorCode#REGION_ABSENT
 */
public final class NoSuchRegionException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public NoSuchRegionException(Failure failure) {
        super(ErrorCode.REGION_ABSENT, failure);
    }
}
