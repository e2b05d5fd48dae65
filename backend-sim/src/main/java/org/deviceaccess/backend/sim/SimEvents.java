// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;

/** The events of a device; those of one kind that nobody has taken yet are one, as over VFIO. */
final class SimEvents implements DeviceEvents {
    private static final Set<DeviceEvent> KINDS = Collections.unmodifiableSet(EnumSet.allOf(DeviceEvent.class));

    private final DeviceState state;
    private final Set<DeviceEvent> pending = EnumSet.noneOf(DeviceEvent.class); // guarded by this

    SimEvents(DeviceState state) {
        this.state = state;
    }

    @Override
    public Set<DeviceEvent> kinds() {
        return KINDS;
    }

    @Override
    public Optional<DeviceEvent> await(Duration timeout) throws InterruptedException {
        long nanos = Timeouts.nanos(timeout);
        long start = System.nanoTime();
        synchronized (this) {
            while (true) {
                state.requireOpen();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                Iterator<DeviceEvent> events = pending.iterator();
                if (events.hasNext()) {
                    DeviceEvent event = events.next();
                    events.remove();
                    return Optional.of(event);
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (remaining <= 0) {
                    return Optional.empty();
                }
                TimeUnit.NANOSECONDS.timedWait(this, remaining);
            }
        }
    }

    synchronized void raise(DeviceEvent event) {
        pending.add(event);
        notifyAll();
    }

    /** Wakes all waiters, after the state was closed. */
    synchronized void shut() {
        notifyAll();
    }
}
