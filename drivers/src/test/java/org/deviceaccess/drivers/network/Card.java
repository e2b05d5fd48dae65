// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.time.Duration;
import org.deviceaccess.drivers.e1000e.E1000eDriverProvider;
import org.deviceaccess.drivers.virtio.VirtioNetworkDriverProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.NetworkPort;

/** A kind of network card, and what is known of every one. */
public enum Card {
    E1000E(new LinkState(true, 1000, true), 1, E1000eDriverProvider.DEFAULT_BUFFERS) {
        @Override
        NetworkPort attach(DeviceAccess device, Duration timeout, int descriptors, int buffers) {
            return new E1000eDriverProvider()
                    .withTimeout(timeout)
                    .withDescriptors(descriptors)
                    .withBuffers(buffers)
                    .attach(device);
        }
    },
    VIRTIO(new LinkState(true, 0, true), 0, VirtioNetworkDriverProvider.DEFAULT_BUFFERS) {
        @Override
        NetworkPort attach(DeviceAccess device, Duration timeout, int descriptors, int buffers) {
            return new VirtioNetworkDriverProvider()
                    .withTimeout(timeout)
                    .withDescriptors(descriptors)
                    .withBuffers(buffers)
                    .attach(device);
        }
    };

    static final int DESCRIPTORS = 256;

    private final LinkState up;
    private final int unused;
    private final int buffers;

    Card(LinkState up, int unused, int buffers) {
        this.up = up;
        this.unused = unused;
        this.buffers = buffers;
    }

    /** Returns what the link is like when it is up. */
    LinkState up() {
        return up;
    }

    /** Returns how many buffers a receive ring of so many descriptors holds. */
    int posted(int descriptors) {
        return descriptors - unused;
    }

    /** Attaches with a number of descriptors and of buffers. */
    abstract NetworkPort attach(DeviceAccess device, Duration timeout, int descriptors, int buffers);

    /** Attaches with the usual numbers. */
    NetworkPort attach(DeviceAccess device, Duration timeout) {
        return attach(device, timeout, DESCRIPTORS, buffers);
    }
}
