// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * DMA memory needs more hugepages than are free; the message says how many of each.
 *
 * @see ErrorCode#HUGEPAGES_ABSENT
 */
public final class HugepagesMissingException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public HugepagesMissingException(Failure failure) {
        super(ErrorCode.HUGEPAGES_ABSENT, failure);
    }
}
