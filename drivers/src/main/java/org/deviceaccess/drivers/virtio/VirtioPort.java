// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import org.deviceaccess.drivers.network.RecoveringPort;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;

/**
 * A virtio network device that is ready for use (virtio 1.2, 5.1).
 *
 * <p>Packets are up to 1,518 bytes long, which is room for a VLAN tag; no offloads are used. The device has no counters: the
 * port counts what it is given and what it hands over, and does not know what was missed.
 */
public final class VirtioPort extends RecoveringPort {
    private VirtioPort(DeviceAccess device, DriverClaim claim, VirtioCard card, Duration timeout) {
        super(device, claim, card, timeout);
    }

    /**
     * Attaches to a device.
     *
     * @param descriptors how many descriptors each queue has at the most, a power of two
     * @param buffers how many buffers there are for packets
     */
    static VirtioPort attach(DeviceAccess device, DriverClaim claim, Duration timeout, int descriptors, int buffers) {
        return new VirtioPort(device, claim, VirtioCard.start(device, timeout, descriptors, buffers), timeout);
    }
}
