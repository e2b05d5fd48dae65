// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegisterCalls;

/** The accesses to one region: under the lock of the device, and with lies where they were asked for. */
abstract class Registers implements RegisterCalls {
    private final DeviceState state;
    private ReadOverride override = ReadOverride.NONE; // guarded by state

    Registers(DeviceState state) {
        this.state = state;
    }

    /** Serves a read of a device that is open and present. */
    abstract long serveRead(long offset, AccessWidth width);

    /** Serves a write to a device that is open and present. */
    abstract void serveWrite(long offset, AccessWidth width, long value);

    final void setOverride(ReadOverride newOverride) {
        synchronized (state) {
            override = newOverride;
        }
    }

    @Override
    public final long read(long offset, AccessWidth width) {
        synchronized (state) {
            state.requirePresent();
            long honest = narrow(serveRead(offset, width), width);
            return narrow(override.answer(offset, width, honest), width);
        }
    }

    @Override
    public final void write(long offset, AccessWidth width, long value) {
        synchronized (state) {
            state.requirePresent();
            serveWrite(offset, width, narrow(value, width));
        }
    }

    private static long narrow(long value, AccessWidth width) {
        return width == AccessWidth.BITS_64 ? value : value & ((1L << width.bits()) - 1);
    }
}
