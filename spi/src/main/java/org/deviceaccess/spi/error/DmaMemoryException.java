// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The system has no memory for the buffer, or memory that cannot be mapped was offered.
 *
 * @see ErrorCode#DMA_MEMORY
 */
public final class DmaMemoryException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DmaMemoryException(Failure failure) {
        super(ErrorCode.DMA_MEMORY, failure);
    }
}
