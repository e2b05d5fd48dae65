// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A number of interrupt vectors that is not positive or more than the device has, or a vector index out of range.
 *
 * @see ErrorCode#INTERRUPT_VECTORS
 */
public final class InterruptVectorsException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public InterruptVectorsException(Failure failure) {
        super(ErrorCode.INTERRUPT_VECTORS, failure);
    }
}
