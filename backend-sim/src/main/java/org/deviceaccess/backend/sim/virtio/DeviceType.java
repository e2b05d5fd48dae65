// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;

/** What a type of virtio device does behind the transport that all share. */
interface DeviceType {
    /** Returns its number (virtio 1.2, 5). */
    int number();

    /** Returns the PCI class code. */
    int classCode();

    /** Returns the features that it offers beyond those of the transport, as a mask. */
    long features();

    /** Returns how many queues it has. */
    int queues();

    /** Returns a byte of its configuration, 0 behind its end. */
    int configuration(int offset);

    /**
     * Forgets what the driver told it.
     *
     * @param features what is agreed on is not known yet; this is called again when it is
     */
    void reset(long features);

    /**
     * Does what is in a queue that the driver notified it of.
     *
     * @param notified the queue's number
     * @param queues all queues
     */
    void work(int notified, List<VirtioQueue> queues);
}
