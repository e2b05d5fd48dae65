// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.linux.event.EventSource;
import org.deviceaccess.linux.event.EventWaits;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.jspecify.annotations.Nullable;

/** The notifiers of vfio-pci: errors that the bus reports, and the kernel's request to give the device back. */
final class VfioEvents implements DeviceEvents, AutoCloseable {
    private record Notifier(DeviceEvent event, int index) {}

    private final DeviceFile file;
    private final List<Notifier> notifiers = new ArrayList<>();
    private final Set<DeviceEvent> kinds = EnumSet.noneOf(DeviceEvent.class);
    private final @Nullable EventWaits waits;
    private List<EventSource> sources = List.of();
    private int armed;

    private VfioEvents(DeviceFile file) {
        this.file = file;
        find(DeviceEvent.RELEASE_REQUESTED, Vfio.VFIO_PCI_REQ_IRQ_INDEX);
        find(DeviceEvent.ERROR, Vfio.VFIO_PCI_ERR_IRQ_INDEX);
        this.waits = notifiers.isEmpty() ? null : EventWaits.open(file.libc(), describe(), eventFds());
    }

    /** Arms the notifiers that the device has, at once, so that no event is missed. */
    static VfioEvents open(DeviceFile file) {
        VfioEvents events = new VfioEvents(file);
        try {
            events.arm();
            return events;
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, events::close);
        }
    }

    private void find(DeviceEvent event, int index) {
        if (file.irq(index).isPresent()) {
            notifiers.add(new Notifier(event, index));
            kinds.add(event);
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

    private void arm() {
        int[] fds = EventFds.numbers(sources);
        for (Notifier notifier : notifiers) {
            int result = file.enableIrq(notifier.index(), new int[] {fds[armed]});
            if (result != 0) {
                throw KernelErrors.of(
                        result,
                        Failure.during("be told of " + notifier.event() + " (VFIO_DEVICE_SET_IRQS)")
                                .path(file.fd().name()));
            }
            armed++;
        }
    }

    private String describe() {
        return "the events of " + file.fd().name();
    }

    @Override
    public Set<DeviceEvent> kinds() {
        return Collections.unmodifiableSet(kinds);
    }

    @Override
    public Optional<DeviceEvent> await(Duration timeout) throws InterruptedException {
        if (waits == null) {
            throw new UnsupportedCapabilityException(Failure.during("wait for an event")
                    .because("the kernel reports no events of this device")
                    .path(file.fd().name())
                    .remedy("DeviceEvents.kinds() tells before"));
        }
        long start = System.nanoTime();
        Duration remaining = timeout;
        for (; ; ) {
            int index = waits.awaitAny(remaining);
            if (index < 0) {
                return Optional.empty();
            }
            // Another thread may have taken it in between.
            if (waits.poll(index) > 0) {
                return Optional.of(notifiers.get(index).event());
            }
            remaining = timeout.minusNanos(System.nanoTime() - start);
        }
    }

    @Override
    public void close() {
        if (waits != null) {
            waits.close(this::disarm);
        }
    }

    private void disarm() {
        CloseSteps steps = new CloseSteps();
        for (Notifier notifier : notifiers.subList(0, armed)) {
            steps.run(() -> {
                int result = file.disableIrq(notifier.index());
                if (result < 0) {
                    throw KernelErrors.of(
                            result,
                            Failure.during("stop being told of " + notifier.event() + " (VFIO_DEVICE_SET_IRQS)")
                                    .path(file.fd().name()));
                }
            });
        }
        steps.finish();
    }
}
