// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegisterCalls;

/**
 * Configuration space as the function's user has it: all as it is, but that the command register goes through
 * {@link CommandRegister}.
 *
 * @param config the function's own
 * @param command its command register
 */
record ConfigView(Region config, CommandRegister command) implements RegisterCalls {
    @Override
    public long read(long offset, AccessWidth width) {
        long value = read(config, offset, width);
        return isAtCommand(offset, width) ? command.shown(bitsTo(offset), width, value) : value;
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        if (isAtCommand(offset, width)) {
            command.write(offset, width, value);
        } else {
            write(config, offset, width, value);
        }
    }

    private static boolean isAtCommand(long offset, AccessWidth width) {
        return offset < PciHeader.STATUS && offset + width.bytes() > PciHeader.COMMAND;
    }

    /** Returns where the command register starts in a value at this offset, in bits. */
    static int bitsTo(long offset) {
        return (int) (PciHeader.COMMAND - offset) * Byte.SIZE;
    }

    private static long read(Region config, long offset, AccessWidth width) {
        return switch (width) {
            case BITS_8 -> config.read8(offset);
            case BITS_16 -> config.read16(offset);
            case BITS_32 -> Integer.toUnsignedLong(config.read32(offset));
            case BITS_64 -> config.read64(offset);
        };
    }

    static void write(Region config, long offset, AccessWidth width, long value) {
        switch (width) {
            case BITS_8 -> config.write8(offset, (int) value);
            case BITS_16 -> config.write16(offset, (int) value);
            case BITS_32 -> config.write32(offset, (int) value);
            case BITS_64 -> config.write64(offset, value);
        }
    }
}
