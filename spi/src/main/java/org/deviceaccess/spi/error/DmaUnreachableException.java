// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The buffer was made for another device, whose addresses mean other memory to this one.
 *
 * @see ErrorCode#DMA_UNREACHABLE
 */
public final class DmaUnreachableException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DmaUnreachableException(Failure failure) {
        super(ErrorCode.DMA_UNREACHABLE, failure);
    }
}
