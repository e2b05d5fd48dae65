// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A DMA request that the limits of the device and those of the backend do not allow together; the message names
 * the limit that clashed.
 *
 * @see ErrorCode#DMA_CONSTRAINT
 */
public final class DmaConstraintException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DmaConstraintException(Failure failure) {
        super(ErrorCode.DMA_CONSTRAINT, failure);
    }
}
