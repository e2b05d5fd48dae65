// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The IOMMU has no interrupt remapping, without which the kernel does not give the device to user space.
 *
 * @see ErrorCode#INTERRUPT_REMAPPING_ABSENT
 */
public final class InterruptRemappingMissingException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public InterruptRemappingMissingException(Failure failure) {
        super(ErrorCode.INTERRUPT_REMAPPING_ABSENT, failure);
    }
}
