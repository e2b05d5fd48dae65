// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The events of an open device. Safe for use by any thread. */
public interface DeviceEvents {
    /** Returns which events the backend can report for this device; empty where it can report none. */
    Set<DeviceEvent> kinds();

    /**
     * Waits for an event and takes it.
     *
     * @param timeout how long to wait at the most; zero or less looks once
     * @return the event, or nothing when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if {@link #kinds()} is empty
     * @throws IllegalStateException if the device is closed before or while the thread waits
     */
    Optional<DeviceEvent> await(Duration timeout) throws InterruptedException;
}
