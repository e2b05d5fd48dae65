// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * The events of an open device. Safe for use by any thread.
 *
 * <p>An event is a state: once it has come, everybody who asks is told of it, application and driver alike, and told again
 * at each call, until it is over ({@link DeviceEvent} says when). Nobody takes it from anybody else. Who has seen one and
 * goes on waits for the others only.
 */
public interface DeviceEvents {
    /** Returns which events the backend can report for this device; empty where it can report none. */
    Set<DeviceEvent> kinds();

    /** Returns which of them {@link #trigger} can make come; none by default. */
    default Set<DeviceEvent> triggerable() {
        return Set.of();
    }

    /**
     * Makes an event come in software, as if it had happened, so that it can be tried what driver and application do then.
     * Nothing happens to the device, and nobody waits for its release. It is over when a real one would be.
     *
     * <p>May return before those who wait are told.
     *
     * @param event the event
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if it is not {@link #triggerable()}
     * @throws org.deviceaccess.spi.error.DeviceAccessException if the kernel refuses it
     * @throws IllegalStateException if the device is closed
     */
    default void trigger(DeviceEvent event) {
        throw new UnsupportedCapabilityException(Failure.during("trigger " + event)
                .because("what can be triggered of this device is " + triggerable())
                .remedy("Look at DeviceEvents.triggerable() before"));
    }

    /**
     * Waits for any event.
     *
     * @param timeout how long to wait at the most; zero or less looks once
     * @return an event that has come and is not over, {@link DeviceEvent#RELEASE_REQUESTED} before others; or nothing when
     *     the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if {@link #kinds()} is empty
     * @throws IllegalStateException if the device is closed before or while the thread waits
     */
    default Optional<DeviceEvent> await(Duration timeout) throws InterruptedException {
        return await(kinds(), timeout);
    }

    /**
     * Waits for one of some events.
     *
     * @param wanted the events
     * @param timeout how long to wait at the most; zero or less looks once
     * @return one of them that has come and is not over, {@link DeviceEvent#RELEASE_REQUESTED} before others; or nothing
     *     when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if none is wanted, or one that is not in
     *     {@link #kinds()}
     * @throws IllegalStateException if the device is closed before or while the thread waits
     */
    Optional<DeviceEvent> await(Set<DeviceEvent> wanted, Duration timeout) throws InterruptedException;
}
