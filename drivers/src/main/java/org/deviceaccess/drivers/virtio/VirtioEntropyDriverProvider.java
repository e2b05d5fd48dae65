// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;

/**
 * The driver of virtio entropy devices (virtio 1.2, 5.4). Immutable and safe for use by any thread.
 *
 * <p>It needs configuration space and DMA, and no interrupt.
 */
public final class VirtioEntropyDriverProvider implements DriverProvider {
    /** How long the device may take for a reset, or for the next random bytes, unless said otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Deadline.DEFAULT;

    private final Duration timeout;

    /** Makes the driver with its defaults. */
    public VirtioEntropyDriverProvider() {
        this(DEFAULT_TIMEOUT);
    }

    private VirtioEntropyDriverProvider(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Returns the driver with another deadline for what the device is waited for.
     *
     * @param limit how long it may take, more than zero and at most a year
     * @throws IllegalArgumentException if the time is out of range
     */
    public VirtioEntropyDriverProvider withTimeout(Duration limit) {
        return new VirtioEntropyDriverProvider(Deadline.checked(limit));
    }

    @Override
    public String name() {
        return "virtio-rng";
    }

    @Override
    public Class<VirtioEntropySource> type() {
        return VirtioEntropySource.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return VirtioType.ENTROPY.matches(identity);
    }

    @Override
    public DriverNeeds needs() {
        return VirtioType.needs();
    }

    @Override
    public VirtioEntropySource attach(DeviceAccess device) {
        return device.claim(name()).hold(claim -> VirtioEntropySource.attach(device, claim, timeout));
    }
}
