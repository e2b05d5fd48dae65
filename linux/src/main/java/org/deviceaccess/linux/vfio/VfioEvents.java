// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.linux.event.EventSource;
import org.deviceaccess.linux.event.EventWaits;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEventState;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notifiers of vfio-pci: errors that the bus reports, and the kernel's request to give the device back. One daemon
 * thread waits for them, as an operator must be told of a request that nobody waits for, too.
 */
final class VfioEvents implements AutoCloseable {
    private record Notifier(DeviceEvent event, int index) {}

    private static final Logger LOG = LoggerFactory.getLogger(VfioEvents.class);
    private static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

    private final DeviceFile file;
    private final List<Notifier> notifiers = new ArrayList<>();
    private final DeviceEventState states;
    private final @Nullable EventWaits waits;
    private List<EventSource> sources = List.of();
    private int armed; // guarded by this

    private VfioEvents(DeviceFile file, String name) {
        this.file = file;
        find(DeviceEvent.RELEASE_REQUESTED, Vfio.VFIO_PCI_REQ_IRQ_INDEX);
        find(DeviceEvent.ERROR, Vfio.VFIO_PCI_ERR_IRQ_INDEX);
        Set<DeviceEvent> kinds = EnumSet.noneOf(DeviceEvent.class);
        notifiers.forEach(notifier -> kinds.add(notifier.event()));
        this.states = new DeviceEventState(name, kinds, this::trigger);
        this.waits = notifiers.isEmpty() ? null : EventWaits.open(file.libc(), describe(), eventFds());
    }

    /**
     * Arms the notifiers that the device has and listens to them, at once, so that no event is missed.
     *
     * @param name the device, for the log
     */
    static VfioEvents open(DeviceFile file, String name) {
        VfioEvents events = new VfioEvents(file, name);
        try {
            events.arm();
            events.listen();
            return events;
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, events::close);
        }
    }

    private void find(DeviceEvent event, int index) {
        if (file.irq(index).isPresent()) {
            notifiers.add(new Notifier(event, index));
        }
    }

    private List<EventSource> eventFds() {
        sources = EventFds.create(
                file.libc(),
                notifiers.stream()
                        .map(notifier -> notifier.event() + " of " + file.fd().name())
                        .toList());
        return sources;
    }

    private synchronized void arm() {
        int[] fds = EventFds.numbers(sources);
        for (Notifier notifier : notifiers) {
            check(file.enableIrq(notifier.index(), new int[] {fds[armed]}), "be told of " + notifier.event());
            armed++;
        }
    }

    private String describe() {
        return "the events of " + file.fd().name();
    }

    private void listen() {
        if (waits != null) {
            Thread.ofPlatform().daemon().name("deviceaccess " + describe()).start(() -> watch(waits));
        }
    }

    /** Turns what the kernel signals into states, until this is closed. */
    private void watch(EventWaits waiting) {
        try {
            for (; ; ) {
                int index = waiting.awaitAny(UNLIMITED);
                if (index >= 0 && waiting.poll(index) > 0) {
                    states.raise(notifiers.get(index).event());
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("{} can not be reported any more", describe(), e); // nobody has a reason to interrupt this thread
        } catch (DeviceAccessException e) {
            LOG.warn("{} can not be reported any more", describe(), e);
        } catch (IllegalStateException e) {
            LOG.trace("closed", e);
        }
    }

    /** Returns the events, for the device's users. */
    DeviceEventState states() {
        return states;
    }

    @Override
    public void close() {
        CloseSteps steps = new CloseSteps();
        steps.run(states::close);
        if (waits != null) {
            steps.run(() -> waits.close(this::disarm));
        }
        steps.finish();
    }

    /** Lets the kernel signal an event as it does when there is one. */
    private synchronized void trigger(DeviceEvent event) {
        if (armed == 0) {
            throw new IllegalStateException(describe() + ": the device is closed");
        }
        for (Notifier notifier : notifiers) {
            if (notifier.event() == event) {
                check(file.triggerIrq(notifier.index()), "trigger " + event);
            }
        }
    }

    private synchronized void disarm() {
        CloseSteps steps = new CloseSteps();
        for (Notifier notifier : notifiers.subList(0, armed)) {
            steps.run(() -> check(file.disableIrq(notifier.index()), "stop being told of " + notifier.event()));
        }
        armed = 0;
        steps.finish();
    }

    private void check(int result, String operation) {
        if (result != 0) {
            throw KernelErrors.of(
                    result,
                    Failure.during(operation + " (VFIO_DEVICE_SET_IRQS)")
                            .path(file.fd().name()));
        }
    }
}
