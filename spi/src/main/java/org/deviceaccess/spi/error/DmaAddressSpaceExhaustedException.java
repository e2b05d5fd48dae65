// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * All device addresses that meet the request's constraints are taken.
 *
 * @see ErrorCode#DMA_EXHAUSTED
 */
public final class DmaAddressSpaceExhaustedException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public DmaAddressSpaceExhaustedException(Failure failure) {
        super(ErrorCode.DMA_EXHAUSTED, failure);
    }
}
