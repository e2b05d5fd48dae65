// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The kernel allows no more DMA mappings for this device.
 *
 * @see ErrorCode#DMA_MAPPING_LIMIT
 */
public final class DmaMappingLimitException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DmaMappingLimitException(Failure failure) {
        super(ErrorCode.DMA_MAPPING_LIMIT, failure);
    }
}
