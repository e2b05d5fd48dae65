// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.util.concurrent.atomic.AtomicLong;

/** What passed in one direction since the driver was attached. Counted by one thread at a time, read by any. */
final class PacketCount {
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    void add(long morePackets, long moreBytes) {
        packets.setRelease(packets.getPlain() + morePackets);
        bytes.setRelease(bytes.getPlain() + moreBytes);
    }

    void addError() {
        errors.setRelease(errors.getPlain() + 1);
    }

    long packets() {
        return packets.getAcquire();
    }

    long bytes() {
        return bytes.getAcquire();
    }

    long errors() {
        return errors.getAcquire();
    }
}
