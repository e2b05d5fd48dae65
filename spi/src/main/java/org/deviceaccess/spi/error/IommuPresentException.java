// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device is behind an active IOMMU, and the backend is for devices without one.
 *
 * @see ErrorCode#IOMMU_PRESENT
 */
public final class IommuPresentException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public IommuPresentException(Failure failure) {
        super(ErrorCode.IOMMU_PRESENT, failure);
    }
}
