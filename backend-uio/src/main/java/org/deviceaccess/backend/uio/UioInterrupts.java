// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.event.EventCounter;
import org.deviceaccess.linux.event.EventSource;
import org.deviceaccess.linux.event.FdInterrupts;
import org.deviceaccess.linux.event.VectorControl;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.jspecify.annotations.Nullable;

/** The one interrupt of a UIO device, if it has one, counted by the kernel in the device's file. */
final class UioInterrupts implements InterruptSupport, AutoCloseable {
    private final LibC libc;
    private final UioDevice device;
    private final Fd node;
    private final Optional<InterruptLine> line;
    private final Runnable lost;
    private @Nullable FdInterrupts current;
    private boolean closed;

    /**
     * @param node the device's file
     * @param line the interrupt, or nothing if there is none
     * @param lost told when the device is found to be gone
     */
    UioInterrupts(LibC libc, UioDevice device, Fd node, Optional<InterruptLine> line, Runnable lost) {
        this.libc = libc;
        this.device = device;
        this.node = node;
        this.line = line;
        this.lost = lost;
    }

    @Override
    public List<InterruptInfo> kinds() {
        return line.map(InterruptLine::info).stream().toList();
    }

    @Override
    public synchronized Interrupts enable(InterruptKind kind, int vectors) {
        String operation = "enable " + vectors + " vectors of " + kind;
        if (closed) {
            throw new IllegalStateException(device.busName() + " is closed");
        }
        InterruptLine offered = line.filter(it -> it.info().kind() == kind).orElseThrow(() -> absent(operation));
        if (vectors != 1) {
            throw new InterruptVectorsException(failure(operation)
                    .because("the device has 1 vector of this kind")
                    .remedy("Ask for 1"));
        }
        if (current != null) {
            throw new InterruptsInUseException(failure(operation)
                    .because(current + " are enabled, and a device has one interrupt")
                    .remedy("Close those first"));
        }
        EventCounter counter = EventCounter.runningTotal(totalNow());
        FdInterrupts interrupts = new FdInterrupts(
                libc, offered.info(), List.of(EventSource.borrowed(node, counter)), new Control(offered));
        current = interrupts;
        try {
            offered.let(true);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, interrupts::close);
        }
        return new WatchedInterrupts(interrupts, lost);
    }

    private InterruptKindAbsentException absent(String operation) {
        String why = line.map(it -> "the device has " + it.info().kind() + " only")
                .orElse("the kernel says that the device has no interrupt");
        return new InterruptKindAbsentException(failure(operation)
                .because(why)
                .remedy("InterruptSupport.kinds() lists what there is; without an interrupt, poll the device. Messages"
                        + " (MSI, MSI-X) need the backend vfio or vfio-noiommu"));
    }

    /** Returns the total up to which events are not to be reported. */
    private int totalNow() {
        int total = device.eventTotal();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ValueLayout.JAVA_INT);
            int number = node.acquire();
            try {
                // What the file was not asked for yet, it would answer to the first who waits. It has no more than the
                // total above if it answers nothing.
                long result = libc.read(number, buffer.address(), Integer.BYTES);
                if (result != Integer.BYTES && result != -Errnos.EAGAIN) {
                    throw KernelErrors.of(
                            result < 0 ? result : -Errnos.EIO, failure("read the total of the interrupts"));
                }
                return result == Integer.BYTES ? buffer.get(ValueLayout.JAVA_INT, 0) : total;
            } finally {
                node.release();
            }
        }
    }

    private Failure failure(String operation) {
        return Failure.during(operation).path(node.name());
    }

    private synchronized void disabled() {
        current = null;
    }

    private synchronized @Nullable FdInterrupts current() {
        return current;
    }

    /** Enables nothing any more, and closes the interrupts that are enabled. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        // Not inside the lock: closing waits for waiters, and one of them may be about to ask for something here.
        FdInterrupts interrupts = current();
        if (interrupts != null) {
            interrupts.close();
        }
    }

    /** What the one vector does to the device. */
    private final class Control implements VectorControl {
        private final InterruptLine switched;

        Control(InterruptLine switched) {
            this.switched = switched;
        }

        @Override
        public void mask(int index) {
            switched.let(false);
        }

        @Override
        public void unmask(int index) {
            switched.let(true);
        }

        @Override
        public void trigger(int index) {
            throw new IllegalStateException("UIO cannot trigger interrupts, and does not claim to");
        }

        @Override
        public void disable() {
            try {
                switched.let(false);
            } catch (DeviceLostException gone) {
                // It interrupts nobody any more. Losing a device must not make closing it an error.
                return;
            } finally {
                disabled();
            }
        }
    }
}
