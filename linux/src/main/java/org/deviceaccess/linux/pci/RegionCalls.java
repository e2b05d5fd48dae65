// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegisterCalls;

/**
 * Accesses to a region in a width that is given with each. Offsets are in bytes from the start of the region; values
 * are numbers, in the low bits, and little-endian on the bus as {@link Region} says. What the region throws is thrown.
 *
 * <p>Safe for use by any thread. Allocates nothing in use.
 *
 * @param region what is read and written
 */
public record RegionCalls(Region region) implements RegisterCalls {
    @Override
    public long read(long offset, AccessWidth width) {
        return switch (width) {
            case BITS_8 -> region.read8(offset);
            case BITS_16 -> region.read16(offset);
            case BITS_32 -> Integer.toUnsignedLong(region.read32(offset));
            case BITS_64 -> region.read64(offset);
        };
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        switch (width) {
            case BITS_8 -> region.write8(offset, (int) value);
            case BITS_16 -> region.write16(offset, (int) value);
            case BITS_32 -> region.write32(offset, (int) value);
            case BITS_64 -> region.write64(offset, value);
        }
    }
}
