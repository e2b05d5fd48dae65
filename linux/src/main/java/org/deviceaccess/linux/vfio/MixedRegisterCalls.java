// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.List;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.MmioRegion;
import org.deviceaccess.spi.region.RegisterCalls;

/** Register accesses to a region of which only some windows can be mapped: those by memory, the rest by calls. */
final class MixedRegisterCalls implements RegisterCalls {
    /**
     * A mapped part of the region.
     *
     * @param start its offset in the region
     * @param memory the part
     */
    record Window(long start, MmioRegion memory) {
        boolean holds(long offset, AccessWidth width) {
            return offset >= start && offset - start <= memory.size() - width.bytes();
        }
    }

    private final Window[] windows;
    private final RegisterCalls rest;

    MixedRegisterCalls(List<Window> windows, RegisterCalls rest) {
        this.windows = windows.toArray(Window[]::new);
        this.rest = rest;
    }

    @Override
    public long read(long offset, AccessWidth width) {
        for (Window window : windows) {
            if (window.holds(offset, width)) {
                long inside = offset - window.start;
                return switch (width) {
                    case BITS_8 -> window.memory.read8(inside);
                    case BITS_16 -> window.memory.read16(inside);
                    case BITS_32 -> Integer.toUnsignedLong(window.memory.read32(inside));
                    case BITS_64 -> window.memory.read64(inside);
                };
            }
        }
        return rest.read(offset, width);
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        for (Window window : windows) {
            if (window.holds(offset, width)) {
                long inside = offset - window.start;
                switch (width) {
                    case BITS_8 -> window.memory.write8(inside, (int) value);
                    case BITS_16 -> window.memory.write16(inside, (int) value);
                    case BITS_32 -> window.memory.write32(inside, (int) value);
                    case BITS_64 -> window.memory.write64(inside, value);
                }
                return;
            }
        }
        rest.write(offset, width, value);
    }
}
