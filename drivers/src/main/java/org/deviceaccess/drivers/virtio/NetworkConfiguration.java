// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.util.random.RandomGenerator;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;

/**
 * What a virtio network device says of itself (virtio 1.2, 5.1.4; linux/virtio_net.h, struct virtio_net_config), as far as it
 * was agreed on.
 */
final class NetworkConfiguration {
    private static final long MAC = 1L << 5;
    private static final long STATUS = 1L << 16;
    private static final long CTRL_VQ = 1L << 17;
    private static final long CTRL_RX = 1L << 18;
    private static final long SPEED_DUPLEX = 1L << 63;

    /** The features that the driver can use: no offloads, one queue for each direction. */
    static final long FEATURES = MAC | STATUS | CTRL_VQ | CTRL_RX | SPEED_DUPLEX;

    private static final int MAC_FIELD = 0;
    private static final int STATUS_FIELD = 6;
    private static final int SPEED_FIELD = 12;
    private static final int DUPLEX_FIELD = 16;
    private static final int LINK_UP = 1;
    private static final int HALF_DUPLEX = 0;
    private static final long LOCALLY_ADMINISTERED = 2L << 40;
    private static final long GROUP = 1L << 40;
    private static final long ALL = (1L << 48) - 1;

    private final VirtioTransport transport;

    NetworkConfiguration(VirtioTransport transport) {
        this.transport = transport;
    }

    /** Returns the device's own address; a device that has none gets one for as long as it is attached (5.1.5). */
    MacAddress mac() {
        if (!transport.has(MAC)) {
            long random = RandomGenerator.getDefault().nextLong() & ALL;
            return new MacAddress((random | LOCALLY_ADMINISTERED) & ~GROUP);
        }
        return transport.configuration(MAC_FIELD + MacAddress.LENGTH, window -> {
            long bits = 0;
            for (int i = 0; i < MacAddress.LENGTH; i++) {
                bits = bits << Byte.SIZE | window.read8(MAC_FIELD + i);
            }
            return new MacAddress(bits);
        });
    }

    /** Returns whether the device still has an address, or none of its own. */
    boolean isOf(MacAddress mac) {
        return !transport.has(MAC) || mac().equals(mac);
    }

    /** Returns whether the device can be told what to receive. */
    boolean hasFilters() {
        return transport.has(CTRL_VQ) && transport.has(CTRL_RX);
    }

    /** Returns the state of the link; a device that does not tell is always up, and most do not know their speed. */
    LinkState link() {
        if (!transport.has(STATUS)) {
            return new LinkState(true, 0, true);
        }
        boolean speed = transport.has(SPEED_DUPLEX);
        return transport.configuration(speed ? DUPLEX_FIELD + 1 : STATUS_FIELD + Short.BYTES, window -> {
            if ((window.read16(STATUS_FIELD) & LINK_UP) == 0) {
                return LinkState.DOWN;
            }
            // A speed of all ones is not known.
            return speed
                    ? new LinkState(
                            true, Math.max(0, window.read32(SPEED_FIELD)), window.read8(DUPLEX_FIELD) != HALF_DUPLEX)
                    : new LinkState(true, 0, true);
        });
    }
}
