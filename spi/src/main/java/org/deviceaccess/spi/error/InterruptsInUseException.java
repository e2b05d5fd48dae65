// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * Interrupts are enabled already: PCI devices use one of INTx, MSI and MSI-X at a time.
 *
 * @see ErrorCode#INTERRUPTS_IN_USE
 */
public final class InterruptsInUseException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public InterruptsInUseException(Failure failure) {
        super(ErrorCode.INTERRUPTS_IN_USE, failure);
    }
}
