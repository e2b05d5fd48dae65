// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The firmware demands that the device reach memory of its own, so the IOMMU cannot give it other addresses.
 *
 * @see ErrorCode#RESERVED_MEMORY
 */
public final class ReservedMemoryException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public ReservedMemoryException(Failure failure) {
        super(ErrorCode.RESERVED_MEMORY, failure);
    }
}
