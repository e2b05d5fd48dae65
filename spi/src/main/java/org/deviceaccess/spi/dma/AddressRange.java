// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

/**
 * A range of device addresses. Both ends are unsigned and belong to the range.
 *
 * @param first the lowest address
 * @param last the highest address
 */
public record AddressRange(long first, long last) {
    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException if the last address is below the first
     */
    public AddressRange {
        if (Long.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException("range ends below its start: " + Long.toUnsignedString(first, 16)
                    + " to " + Long.toUnsignedString(last, 16));
        }
    }

    /** Returns whether the address lies in the range. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address, first) >= 0 && Long.compareUnsigned(address, last) <= 0;
    }

    /** Returns both ends in hexadecimal: {@code 0x0-0xfedfffff}. */
    @Override
    public String toString() {
        return "0x" + Long.toUnsignedString(first, 16) + "-0x" + Long.toUnsignedString(last, 16);
    }
}
