// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device has no IOMMU group, so nothing can protect memory from it.
 *
 * @see ErrorCode#IOMMU_ABSENT
 */
public final class NoIommuException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public NoIommuException(Failure failure) {
        super(ErrorCode.IOMMU_ABSENT, failure);
    }
}
