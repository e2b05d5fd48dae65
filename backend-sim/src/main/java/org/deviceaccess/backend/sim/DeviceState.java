// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;

/**
 * Whether a device is open and present, and the lock of everything that belongs to it.
 *
 * <p>One lock for each device, as QEMU has one for all: a model is called by one thread at a time, and closing, removing
 * and unmapping happen between accesses and transfers, never during one. The monitor of an object is used because a
 * thread that waits for it allocates nothing.
 */
final class DeviceState {
    private final String device;
    private volatile boolean open = true;
    private volatile boolean present = true;

    DeviceState(String device) {
        this.device = device;
    }

    boolean isOpen() {
        return open;
    }

    boolean isPresent() {
        return present;
    }

    /** Takes the device out of its slot. */
    void remove() {
        present = false;
    }

    /** Refuses all further use. */
    void close() {
        open = false;
    }

    void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the device " + device + " is closed");
        }
    }

    void requirePresent() {
        requireOpen();
        if (!present) {
            throw lost("the device was removed");
        }
    }

    DeviceLostException lost(String why) {
        return new DeviceLostException(Failure.during("access the device " + device)
                .because(why)
                .remedy("Close the device; when it is back, open it again"));
    }

    @Override
    public String toString() {
        return device;
    }
}
