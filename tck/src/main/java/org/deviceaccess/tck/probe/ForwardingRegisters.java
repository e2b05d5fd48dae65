// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegisterCalls;

/** Registers that do what those of another region do, until a method is overridden. */
public class ForwardingRegisters implements RegisterCalls {
    /** The other region. */
    protected final Region real;

    /** Makes registers that do what those of a region do. */
    public ForwardingRegisters(Region real) {
        this.real = real;
    }

    /** Returns a region with these registers. */
    public final Region region() {
        return new CallRegion(info(), this);
    }

    /** Returns what is said of the region. */
    protected RegionInfo info() {
        return real.info();
    }

    @Override
    public long read(long offset, AccessWidth width) {
        return switch (width) {
            case BITS_8 -> real.read8(offset);
            case BITS_16 -> real.read16(offset);
            case BITS_32 -> Integer.toUnsignedLong(real.read32(offset));
            case BITS_64 -> real.read64(offset);
        };
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        switch (width) {
            case BITS_8 -> real.write8(offset, (int) value);
            case BITS_16 -> real.write16(offset, (int) value);
            case BITS_32 -> real.write32(offset, (int) value);
            case BITS_64 -> real.write64(offset, value);
        }
    }
}
