// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.function.Function;

/**
 * A driver's hold on a device, of which there is one at a time.
 *
 * <p>A driver takes it first thing in attaching, before it touches a register, and gives it back last thing in closing:
 *
 * {@snippet :
 * public MyDriver attach(DeviceAccess device) {
 *     return device.claim(name()).hold(claim -> new MyDriver(device, claim));
 * }
 * }
 *
 * <p>Safe for use by any thread. Lives until it or its device is closed.
 *
 * @see DeviceAccess#claim
 */
public final class DriverClaim implements AutoCloseable {
    private final DriverClaims owner;
    private final String driver;

    DriverClaim(DriverClaims owner, String driver) {
        this.owner = owner;
        this.driver = driver;
    }

    /** Returns the name of the driver that has the device. */
    public String driver() {
        return driver;
    }

    /**
     * Attaches a driver: makes it, and gives the claim back if that throws.
     *
     * @param attaching makes the driver, which keeps the claim and closes it when it is closed
     * @return what it made
     */
    public <D> D hold(Function<? super DriverClaim, ? extends D> attaching) {
        boolean attached = false;
        try {
            D made = attaching.apply(this);
            attached = true;
            return made;
        } finally {
            if (!attached) {
                close();
            }
        }
    }

    /** Gives the device back to the next driver. Can be repeated without effect. */
    @Override
    public void close() {
        owner.giveBack(this);
    }

    @Override
    public String toString() {
        return "the claim of the driver " + driver;
    }
}
