// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.region.Region;

/**
 * One of the structures of a virtio device: a part of a BAR that is known to lie inside of it.
 *
 * @param bar the BAR
 * @param offset where in the BAR it starts, in bytes
 * @param length its length in bytes
 */
record Window(Region bar, long offset, long length) {
    int read8(long at) {
        return bar.read8(offset + at);
    }

    int read16(long at) {
        return bar.read16(offset + at);
    }

    int read32(long at) {
        return bar.read32(offset + at);
    }

    void write8(long at, int value) {
        bar.write8(offset + at, value);
    }

    void write16(long at, int value) {
        bar.write16(offset + at, value);
    }

    void write32(long at, int value) {
        bar.write32(offset + at, value);
    }

    /** Writes 64 bits as two registers of 32, the low half first, which all devices take (virtio 1.2, 4.1.3.1). */
    void write64(long at, long value) {
        write32(at, (int) value);
        write32(at + Integer.BYTES, (int) (value >>> Integer.SIZE));
    }
}
