// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegisterCalls;

/**
 * Configuration space as the function's user has it: all as it is, but that the command register goes through
 * {@link CommandRegister}.
 *
 * @param config the function's own
 * @param command its command register
 */
record ConfigView(RegisterCalls config, CommandRegister command) implements RegisterCalls {
    @Override
    public long read(long offset, AccessWidth width) {
        long value = config.read(offset, width);
        return isAtCommand(offset, width) ? command.shown(bitsTo(offset), width, value) : value;
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        if (isAtCommand(offset, width)) {
            command.write(offset, width, value);
        } else {
            config.write(offset, width, value);
        }
    }

    private static boolean isAtCommand(long offset, AccessWidth width) {
        return offset < PciHeader.STATUS && offset + width.bytes() > PciHeader.COMMAND;
    }

    /** Returns where the command register starts in a value at this offset, in bits. */
    static int bitsTo(long offset) {
        return (int) (PciHeader.COMMAND - offset) * Byte.SIZE;
    }
}
