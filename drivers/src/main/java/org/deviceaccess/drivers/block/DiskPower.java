// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.Collection;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a disk and starts it, with a reset of its function as what is tried next. Used by one thread at a time, with nobody
 * inside a queue.
 */
final class DiskPower {
    private static final Logger LOG = LoggerFactory.getLogger(DiskPower.class);

    private final DiskHardware hardware;
    private final DeviceAccess device;

    DiskPower(DiskHardware hardware) {
        this.hardware = hardware;
        this.device = hardware.device();
    }

    /** Brings the device to rest; where it does not come to rest by itself, by a reset of the function. */
    void stop() {
        try {
            hardware.stop();
        } catch (DeviceTimeoutException | DeviceFaultException e) {
            if (!canResetFunction()) {
                throw e;
            }
            try {
                resetFunction(e.detail());
                hardware.stop();
            } catch (DeviceAccessException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    /** Brings the device from rest into use with its queues; one that fails is reset, and gets a second chance. */
    void start(Collection<RecoveringQueue> queues) {
        try {
            startOnce(queues);
        } catch (DeviceTimeoutException | DeviceFaultException e) {
            try {
                tryFunction(e.detail());
                hardware.stop();
                startOnce(queues);
            } catch (DeviceAccessException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    /**
     * Brings the device to rest for good.
     *
     * @param works whether it is told before, so that it can put its data away
     * @return whether it is at rest; false if it is gone, so that its memory is better left to the closing of the device
     * @throws DeviceTimeoutException if it does not come to rest
     */
    boolean end(boolean works) {
        try {
            if (device.isOpen()) {
                if (works) {
                    sayFarewell();
                }
                stop();
                return true;
            }
        } catch (DeviceLostException e) {
            LOG.warn("{} was lost before its driver was closed: {}", device.address(), e.getMessage());
            return false;
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
        }
        device.close(); // which waits for who closes it
        return true;
    }

    private void sayFarewell() {
        try {
            hardware.sayFarewell();
        } catch (DeviceLostException e) {
            throw e;
        } catch (DeviceAccessException e) {
            LOG.warn("{} is stopped without having been shut down: {}", device.address(), e.getMessage());
        }
    }

    private void startOnce(Collection<RecoveringQueue> queues) {
        hardware.start();
        queues.forEach(queue -> queue.ring().create());
    }

    /** Resets the function, if the backend can, as the device's own reset has not helped. */
    void tryFunction(String why) {
        if (canResetFunction()) {
            resetFunction(why);
        }
    }

    private boolean canResetFunction() {
        return device.capabilities().contains(Capability.RESET);
    }

    private void resetFunction(String why) {
        LOG.warn("the function {} is reset: {}", device.address(), why);
        device.reset();
    }
}
