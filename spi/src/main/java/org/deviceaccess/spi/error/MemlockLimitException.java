// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * Pinning memory for DMA would exceed RLIMIT_MEMLOCK; the message names the limit and what was asked.
 *
 * @see ErrorCode#MEMLOCK_LIMIT
 */
public final class MemlockLimitException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public MemlockLimitException(Failure failure) {
        super(ErrorCode.MEMLOCK_LIMIT, failure);
    }
}
