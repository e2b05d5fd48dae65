// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a device, for backends: what has come and is not over, and who waits for it.
 *
 * <p>Each event that comes is logged as a warning, whether anybody waits for it or not. Safe for use by any thread; no
 * method but {@link #await} waits.
 */
public final class DeviceEventState implements DeviceEvents {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceEventState.class);

    private final String device;
    private final Set<DeviceEvent> kinds;
    private final Set<DeviceEvent> pending = EnumSet.noneOf(DeviceEvent.class); // guarded by this
    private boolean closed; // guarded by this

    /**
     * Makes the events of an open device, of which none has come.
     *
     * @param device the device, for errors and the log
     * @param kinds which events can come
     */
    public DeviceEventState(String device, Set<DeviceEvent> kinds) {
        this.device = device;
        this.kinds = kinds.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(kinds));
    }

    @Override
    public Set<DeviceEvent> kinds() {
        return kinds;
    }

    @Override
    public Optional<DeviceEvent> await(Set<DeviceEvent> wanted, Duration timeout) throws InterruptedException {
        requireOpen();
        if (wanted.isEmpty() || !kinds.containsAll(wanted)) {
            throw new UnsupportedCapabilityException(Failure.during("wait for events of " + device)
                    .because("wanted are " + wanted + ", and what can be reported of this device is " + kinds)
                    .remedy("Look at DeviceEvents.kinds() before"));
        }
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // the longest possible where it does not fit
        long start = System.nanoTime();
        synchronized (this) {
            for (; ; ) {
                requireOpen();
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while waiting for the events of " + device);
                }
                for (DeviceEvent event : pending) {
                    if (wanted.contains(event)) {
                        return Optional.of(event);
                    }
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (remaining <= 0) {
                    return Optional.empty();
                }
                TimeUnit.NANOSECONDS.timedWait(this, remaining);
            }
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the events of " + device + ": the device is closed");
        }
    }

    /** Tells everybody that an event has come. Without effect while the same event is not over. */
    public void raise(DeviceEvent event) {
        synchronized (this) {
            if (closed || !pending.add(event)) {
                return;
            }
            notifyAll();
        }
        switch (event) {
            case RELEASE_REQUESTED ->
                LOG.warn(
                        "{}: the system wants the device back, and whoever asked for it (unbind, unplug) waits until it"
                                + " is closed",
                        device);
            case ERROR -> LOG.warn("{}: the bus reports an error of the device: reset it or close it", device);
        }
    }

    /** Declares an event to be over. */
    public synchronized void over(DeviceEvent event) {
        pending.remove(event);
    }

    /** Ends all waits, as the device is closed. Can be repeated without effect. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
