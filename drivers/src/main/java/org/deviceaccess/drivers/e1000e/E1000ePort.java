// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.drivers.network.RecoveringPort;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.interrupt.InterruptKind;

/**
 * The port of an 82574 that is ready for use.
 *
 * <p>Packets are up to 1,518 bytes long, which is room for a VLAN tag. Packets with a damaged frame are dropped and
 * counted; checksums of IP, TCP and UDP are the application's. What the card has counted since somebody asked last is
 * forgotten when {@link DeviceAccess#reset} is called.
 */
public final class E1000ePort extends RecoveringPort {
    private E1000ePort(DeviceAccess device, DriverClaim claim, E1000eCard card, Duration timeout) {
        super(device, claim, card, timeout);
    }

    /**
     * Attaches to a device.
     *
     * @param descriptors how many descriptors each of the two rings has, a power of two
     * @param buffers how many buffers there are for packets
     * @param interrupts which kinds may be used, the best first
     */
    static E1000ePort attach(
            DeviceAccess device,
            DriverClaim claim,
            Duration timeout,
            int descriptors,
            int buffers,
            List<InterruptKind> interrupts) {
        return new E1000ePort(
                device, claim, E1000eCard.start(device, timeout, descriptors, buffers, interrupts), timeout);
    }
}
