// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

/** The width of one access to a region. */
public enum AccessWidth {
    /** One byte. */
    BITS_8(1),
    /** Two bytes. */
    BITS_16(2),
    /** Four bytes. */
    BITS_32(4),
    /** Eight bytes. */
    BITS_64(8);

    private final int bytes;

    AccessWidth(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the width in bytes: 1, 2, 4 or 8. */
    public int bytes() {
        return bytes;
    }

    /** Returns the width in bits: 8, 16, 32 or 64. */
    public int bits() {
        return bytes * 8;
    }
}
