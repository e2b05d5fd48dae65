// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;

/** Accesses whose width is a value. */
final class Access {
    private Access() {}

    static long read(Region region, AccessWidth width, long offset) {
        return switch (width) {
            case BITS_8 -> region.read8(offset);
            case BITS_16 -> region.read16(offset);
            case BITS_32 -> region.read32(offset);
            case BITS_64 -> region.read64(offset);
        };
    }

    static void write(Region region, AccessWidth width, long offset, int value) {
        switch (width) {
            case BITS_8 -> region.write8(offset, value);
            case BITS_16 -> region.write16(offset, value);
            case BITS_32 -> region.write32(offset, value);
            case BITS_64 -> region.write64(offset, value);
        }
    }
}
