// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a device, for backends: what has come and is not over, and who waits for it.
 *
 * <p>Each event that comes is logged as a warning, whether anybody waits for it or not; one that was {@linkplain #trigger
 * triggered} is logged at level DEBUG, as nobody has to do anything. Safe for use by any thread; no method but
 * {@link #await} waits.
 */
public final class DeviceEventState implements DeviceEvents {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceEventState.class);

    private final String device;
    private final Set<DeviceEvent> kinds;
    private final Consumer<DeviceEvent> source;
    private final Set<DeviceEvent> pending = EnumSet.noneOf(DeviceEvent.class); // guarded by this
    private final Set<DeviceEvent> warned = EnumSet.noneOf(DeviceEvent.class); // guarded by this
    private final Set<DeviceEvent> triggered = EnumSet.noneOf(DeviceEvent.class); // guarded by this
    private boolean closed; // guarded by this

    /**
     * Makes the events of an open device, of which none has come. One that is {@linkplain #trigger triggered} is raised
     * right here.
     *
     * @param device the device, for errors and the log
     * @param kinds which events can come
     */
    public DeviceEventState(String device, Set<DeviceEvent> kinds) {
        this(device, kinds, null);
    }

    /**
     * Makes the events of an open device, of which none has come.
     *
     * @param device the device, for errors and the log
     * @param kinds which events can come, and be triggered
     * @param source makes one come where events come from, so that {@link #raise} is called sooner or later; called by
     *     whoever triggers one, and not after {@link #close} but perhaps while it runs. {@code null} to raise it at once
     */
    public DeviceEventState(String device, Set<DeviceEvent> kinds, @Nullable Consumer<DeviceEvent> source) {
        this.device = device;
        this.kinds = kinds.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(kinds));
        this.source = source == null ? this::raise : source;
    }

    @Override
    public Set<DeviceEvent> kinds() {
        return kinds;
    }

    @Override
    public Set<DeviceEvent> triggerable() {
        return kinds;
    }

    @Override
    public void trigger(DeviceEvent event) {
        requireOpen();
        if (!kinds.contains(event)) {
            DeviceEvents.super.trigger(event);
        }
        LOG.debug("{}: {} is triggered in software", device, event);
        synchronized (this) {
            triggered.add(event);
        }
        try {
            source.accept(event);
        } catch (RuntimeException e) {
            synchronized (this) {
                triggered.remove(event);
            }
            throw e;
        }
    }

    @Override
    public Optional<DeviceEvent> await(Set<DeviceEvent> wanted, Duration timeout) throws InterruptedException {
        requireOpen();
        if (wanted.isEmpty() || !kinds.containsAll(wanted)) {
            throw new UnsupportedCapabilityException(Failure.during("wait for events of " + device)
                    .because("wanted are " + wanted + ", and what can be reported of this device is " + kinds)
                    .remedy("Look at DeviceEvents.kinds() before"));
        }
        // The longest possible where it does not fit; of a negative one, what has passed could not be subtracted.
        long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
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
            boolean inSoftware = triggered.remove(event);
            if (closed) {
                return;
            }
            if (pending.add(event)) {
                notifyAll();
            }
            // A real one that comes after one in software is news to the operator.
            if (inSoftware || !warned.add(event)) {
                return;
            }
        }
        switch (event) {
            case RELEASE_REQUESTED ->
                LOG.warn(
                        "{}: the system wants the device back, and whoever asked for it (unbind, unplug) waits until it"
                                + " is closed: close it, or end this process, {}",
                        device,
                        ProcessHandle.current().pid());
            case ERROR -> LOG.warn("{}: the bus reports an error of the device: reset it or close it", device);
        }
    }

    /** Declares an event to be over. */
    public synchronized void over(DeviceEvent event) {
        pending.remove(event);
        warned.remove(event);
    }

    /** Ends all waits, as the device is closed. Can be repeated without effect. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
