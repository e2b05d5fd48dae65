// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import java.util.Optional;

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

    /**
     * Powers it on; called once.
     *
     * @param queues its queues
     * @param bell lets {@link #signalled} be called; for any thread
     */
    default void powerOn(List<VirtioQueue> queues, Runnable bell) {}

    /** Powers it off; called once. */
    default void powerOff() {}

    /** Returns a byte of its configuration, 0 behind its end. */
    int configuration(int offset);

    /** Returns whether its configuration changed by itself since this was asked last. */
    default boolean hasChanged() {
        return false;
    }

    /**
     * Forgets what the driver told it.
     *
     * @param features what is agreed on is not known yet, and 0; this is called again when it is
     */
    void reset(long features);

    /**
     * Does what is in a queue.
     *
     * @param notified the queue that the driver notified it of, one of those that it was powered on with
     */
    void work(VirtioQueue notified);

    /**
     * Something outside of the device asked for it.
     *
     * @param working whether the driver lets the device work
     */
    default void signalled(boolean working) {}

    /** Returns what tests can do to this type, as {@link org.deviceaccess.backend.sim.model.DeviceModel#unwrap}. */
    default <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }
}
