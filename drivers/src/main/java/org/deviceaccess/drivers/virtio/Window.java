// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.region.Region;

/**
 * One of the structures of a virtio device: a part of a BAR that is known to lie inside of it. Safe for use by any thread, as
 * its BAR is.
 *
 * <p>All methods take places in bytes from the start of the structure, read and write little-endian registers by one access of
 * their width, and throw what {@link Region} does: {@link org.deviceaccess.spi.error.RegionBoundsException} for what lies
 * outside of the BAR, {@link org.deviceaccess.spi.error.DeviceLostException} if the device is gone, and
 * {@link IllegalStateException} if it is closed.
 *
 * @param bar the BAR
 * @param offset where in the BAR it starts, in bytes
 * @param length its length in bytes
 */
public record Window(Region bar, long offset, long length) {
    /** Reads 8 bits, without a sign. */
    public int read8(long at) {
        return bar.read8(offset + at);
    }

    /** Reads 16 bits, without a sign. */
    public int read16(long at) {
        return bar.read16(offset + at);
    }

    /** Reads 32 bits. */
    public int read32(long at) {
        return bar.read32(offset + at);
    }

    /** Writes the low 8 bits of a value. */
    public void write8(long at, int value) {
        bar.write8(offset + at, value);
    }

    /** Writes the low 16 bits of a value. */
    public void write16(long at, int value) {
        bar.write16(offset + at, value);
    }

    /** Writes 32 bits. */
    public void write32(long at, int value) {
        bar.write32(offset + at, value);
    }

    /** Writes 64 bits as two registers of 32, the low half first, which all devices take (virtio 1.2, 4.1.3.1). */
    public void write64(long at, long value) {
        write32(at, (int) value);
        write32(at + Integer.BYTES, (int) (value >>> Integer.SIZE));
    }
}
