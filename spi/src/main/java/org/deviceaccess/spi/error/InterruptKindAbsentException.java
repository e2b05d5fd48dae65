// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A kind of interrupt that the device does not have.
 *
 * @see ErrorCode#INTERRUPT_KIND_ABSENT
 */
public final class InterruptKindAbsentException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public InterruptKindAbsentException(Failure failure) {
        super(ErrorCode.INTERRUPT_KIND_ABSENT, failure);
    }
}
