// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.pci.RegionCalls;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegisterCalls;

/**
 * Configuration space as its user sees it: tells when a write switches the decoding of memory off or on. The kernel
 * leaves a BAR that does not answer mapped, and what is read of it then depends on the machine. Also tells when the
 * device is found to be gone, which leaves its BARs mapped as well.
 */
final class DecodingWatch implements RegisterCalls {
    /** Told whether BARs in memory space answer. */
    @FunctionalInterface
    interface Listener {
        void decoding(boolean on);
    }

    private final RegionCalls config;
    private final Listener listener;
    private final Runnable lost;

    /**
     * @param config configuration space
     * @param listener told of decoding
     * @param lost told when the device is found to be gone
     */
    DecodingWatch(Region config, Listener listener, Runnable lost) {
        this.config = new RegionCalls(config);
        this.listener = listener;
        this.lost = lost;
    }

    @Override
    public long read(long offset, AccessWidth width) {
        try {
            return config.read(offset, width);
        } catch (DeviceLostException e) {
            throw CloseSteps.after(e, lost);
        }
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        // Every aligned write that touches the register's lower byte starts there.
        if (offset != PciHeader.COMMAND) {
            forward(offset, width, value);
            return;
        }
        synchronized (this) {
            if ((value & PciHeader.COMMAND_MEMORY) == 0) {
                listener.decoding(false); // before, so that nobody reads what the device does not answer
            }
            try {
                forward(offset, width, value);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, this::tell); // a write that is refused changes nothing
            }
            tell();
        }
    }

    private void tell() {
        listener.decoding((read(PciHeader.COMMAND, AccessWidth.BITS_16) & PciHeader.COMMAND_MEMORY) != 0);
    }

    private void forward(long offset, AccessWidth width, long value) {
        try {
            config.write(offset, width, value);
        } catch (DeviceLostException e) {
            throw CloseSteps.after(e, lost);
        }
    }
}
