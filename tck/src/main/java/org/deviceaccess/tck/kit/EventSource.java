// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.time.Duration;
import java.util.function.Predicate;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.device.KnownDevice;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Enabled interrupts, and a way to make events on their vector 0: in software where there is one, else by the device. */
public final class EventSource {
    /** A test with a source of events. */
    @FunctionalInterface
    public interface Body {
        /** Runs it. */
        void run(EventSource source) throws Exception;
    }

    private static final Duration PACE = Duration.ofMillis(5);

    private final DeviceAccess device;
    private final Interrupts interrupts;
    private final @Nullable KnownDevice raiser;

    private EventSource(DeviceAccess device, Interrupts interrupts, @Nullable KnownDevice raiser) {
        this.device = device;
        this.interrupts = interrupts;
        this.raiser = raiser;
    }

    /** Runs a test once for each kind of interrupt on which events can be made, each with the device opened afresh. */
    public static void forEachKind(TckTarget target, Body body) throws Exception {
        forKinds(target, info -> true, false, "no event can be made: no kind is triggerable, none is known", body);
    }

    /** The same for the kinds that can have several events before the first one is taken. */
    public static void forEachCountingKind(TckTarget target, Body body) throws Exception {
        forKinds(
                target,
                info -> info.triggerable() || !info.autoMasked(),
                false,
                "no events can be made faster than they are taken",
                body);
    }

    /** The same with events that the device itself raises. */
    public static void forEachRaisedKind(TckTarget target, Predicate<InterruptInfo> which, Body body) throws Exception {
        target.known();
        forKinds(target, which, true, "the device raises no such interrupt", body);
    }

    private static void forKinds(
            TckTarget target, Predicate<InterruptInfo> which, boolean byDevice, String otherwise, Body body)
            throws Exception {
        KnownDevice known = target.survey().knownDevice();
        int kinds;
        try (DeviceAccess device = target.open()) {
            kinds = device.interrupts().kinds().size();
        }
        boolean ran = false;
        for (int i = 0; i < kinds; i++) {
            try (DeviceAccess device = target.open()) {
                InterruptInfo info = device.interrupts().kinds().get(i);
                boolean raises = known != null && known.raises().contains(info.kind());
                if (which.test(info) && (raises || (info.triggerable() && !byDevice))) {
                    try (Interrupts interrupts = device.interrupts().enable(info.kind(), 1)) {
                        boolean software = info.triggerable() && !byDevice;
                        body.run(new EventSource(device, interrupts, software ? null : known));
                        ran = true;
                    }
                }
            }
        }
        Assumptions.assumeTrue(ran, otherwise);
    }

    /** Returns the open device. */
    public DeviceAccess device() {
        return device;
    }

    /** Returns the enabled interrupts. */
    public Interrupts interrupts() {
        return interrupts;
    }

    /** Returns the vector on which events are made. */
    public InterruptVector vector() {
        return interrupts.vector(0);
    }

    /** Returns the kind, for messages. */
    public InterruptKind kind() {
        return interrupts.info().kind();
    }

    /** Returns whether several events that nobody waits for may be one, as messages of a device may. */
    public boolean mayMerge() {
        return raiser != null;
    }

    /** Makes one event. */
    public void raise() throws InterruptedException {
        if (raiser == null) {
            vector().trigger();
        } else {
            raiser.raise(device);
            // Two messages that a processor has not taken yet may be one to it; that is no fault of the backend.
            Thread.sleep(PACE);
        }
    }

    /** Makes the next event possible, after one was taken. */
    public void rearm() {
        if (raiser != null) {
            raiser.acknowledge(device);
            if (interrupts.info().autoMasked()) {
                vector().unmask();
            }
        }
    }

    /** Takes events until so many have come or no more come, and returns how many came. */
    public long take(long expected) throws InterruptedException {
        long taken = 0;
        long deadline = System.nanoTime() + Timeouts.EVENT.toNanos();
        while (taken < expected && System.nanoTime() - deadline < 0) {
            taken += vector().await(Timeouts.EVENT);
        }
        return taken;
    }
}
