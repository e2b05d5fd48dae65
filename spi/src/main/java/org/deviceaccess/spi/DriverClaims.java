// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.concurrent.atomic.AtomicReference;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Which driver has a device: what a backend needs for {@link DeviceAccess#claim}, one for each open device. Safe for use by
 * any thread.
 */
public final class DriverClaims {
    private final DeviceAddress address;
    private final AtomicReference<@Nullable DriverClaim> holder = new AtomicReference<>();

    /**
     * Makes the record of a device that no driver has.
     *
     * @param address the device's address, for messages
     */
    public DriverClaims(DeviceAddress address) {
        this.address = address;
    }

    /**
     * Gives the device to a driver.
     *
     * @param driver the driver's name
     * @return the claim, which the driver closes
     * @throws DeviceBusyException if another driver has the device; the message names it
     */
    public DriverClaim claim(String driver) {
        DriverClaim claim = new DriverClaim(this, driver);
        DriverClaim first = holder.compareAndExchange(null, claim);
        if (first != null) {
            throw new DeviceBusyException(Failure.during("attach the driver " + driver + " to " + address)
                    .because("the driver " + first.driver() + " is attached to it, and two would overwrite each"
                            + " other's registers")
                    .remedy("Close that driver first, or use it for both purposes"));
        }
        return claim;
    }

    void giveBack(DriverClaim claim) {
        holder.compareAndSet(claim, null);
    }
}
