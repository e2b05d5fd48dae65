// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The device, or the IOMMU group it is in, is in use already, by this or by another process.
 *
 * @see ErrorCode#DEVICE_BUSY
 */
public final class DeviceBusyException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DeviceBusyException(Failure failure) {
        super(ErrorCode.DEVICE_BUSY, failure);
    }
}
