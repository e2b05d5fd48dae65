// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deviceaccess.linux.event.EventSource;
import org.deviceaccess.linux.event.FdInterrupts;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.jspecify.annotations.Nullable;

/** The interrupts of a PCI device, signalled by the kernel through eventfds. */
final class VfioInterrupts implements InterruptSupport, AutoCloseable {
    private static final Map<InterruptKind, Integer> INDEXES = Map.of(
            InterruptKind.INTX, Vfio.VFIO_PCI_INTX_IRQ_INDEX,
            InterruptKind.MSI, Vfio.VFIO_PCI_MSI_IRQ_INDEX,
            InterruptKind.MSIX, Vfio.VFIO_PCI_MSIX_IRQ_INDEX);

    private final DeviceFile file;
    private final BusMaster busMaster;
    private final Map<InterruptKind, InterruptInfo> kinds = new LinkedHashMap<>();
    private @Nullable FdInterrupts current;
    private boolean closed;

    /** Asks the kernel for the kinds; enables none. */
    VfioInterrupts(DeviceFile file, BusMaster busMaster) {
        this.file = file;
        this.busMaster = busMaster;
        for (InterruptKind kind : List.of(InterruptKind.INTX, InterruptKind.MSI, InterruptKind.MSIX)) {
            file.irq(index(kind))
                    .ifPresent(irq -> kinds.put(
                            kind,
                            // The kernel can trigger whatever it signals through an eventfd.
                            new InterruptInfo(kind, irq.count(), irq.maskable(), irq.autoMasked(), true)));
        }
    }

    private static int index(InterruptKind kind) {
        Integer index = INDEXES.get(kind);
        if (index == null) {
            throw new IllegalArgumentException(kind + " is no interrupt of VFIO");
        }
        return index;
    }

    @Override
    public List<InterruptInfo> kinds() {
        return List.copyOf(kinds.values());
    }

    @Override
    public synchronized Interrupts enable(InterruptKind kind, int vectors) {
        String operation = "enable " + vectors + " vectors of " + kind;
        InterruptInfo offered = kinds.get(kind);
        checkOpen();
        if (offered == null) {
            throw new InterruptKindAbsentException(failure(operation)
                    .because("the device has " + (kinds.isEmpty() ? "no interrupts" : kinds.keySet() + " only"))
                    .remedy("InterruptSupport.kinds() lists what there is; without an interrupt, poll the device"));
        }
        if (vectors < 1 || vectors > offered.vectors()) {
            throw new InterruptVectorsException(failure(operation)
                    .because("the device has " + offered.vectors() + " vectors of this kind, and 1 is the least")
                    .remedy("Ask for 1 to " + offered.vectors()));
        }
        if (current != null) {
            throw new InterruptsInUseException(failure(operation)
                    .because(current + " are enabled, and a device uses one kind at a time")
                    .remedy("Close those first"));
        }
        return enable(operation, offered, vectors);
    }

    private Interrupts enable(String operation, InterruptInfo offered, int vectors) {
        InterruptKind kind = offered.kind();
        InterruptInfo info =
                new InterruptInfo(kind, vectors, offered.maskable(), offered.autoMasked(), offered.triggerable());
        if (kind != InterruptKind.INTX) {
            // A message is a memory write by the device.
            busMaster.enable();
        }
        List<EventSource> sources = EventFds.create(
                file.libc(),
                IntStream.range(0, vectors)
                        .mapToObj(i -> kind + " " + i + " of " + file.fd().name())
                        .toList());
        IrqControl control = new IrqControl(file, kind, index(kind), vectors, this::disabled);
        FdInterrupts interrupts = new FdInterrupts(file.libc(), info, sources, control);
        current = interrupts;
        int result = file.enableIrq(index(kind), EventFds.numbers(sources));
        if (result != 0) {
            throw CloseSteps.after(refused(result, operation, kind, vectors), interrupts::close);
        }
        control.enabled();
        return interrupts;
    }

    private DeviceAccessException refused(int result, String operation, InterruptKind kind, int vectors) {
        Failure failure = failure(operation + " (VFIO_DEVICE_SET_IRQS)");
        // Asked for more messages than the platform has, the kernel answers how many it has, or ENOSPC for none.
        if (result > 0 || result == -Errnos.ENOSPC) {
            return new InterruptVectorsException(failure.because(
                            "the platform can give the device " + Math.max(0, result) + " of " + vectors + " vectors")
                    .remedy(result > 0 ? "Ask for at most " + result : "Use fewer interrupts in other devices"));
        }
        if (result == -Errnos.ENODEV && kind == InterruptKind.INTX) {
            return new InterruptKindAbsentException(failure.because("the platform routes no line to the device")
                    .errno(Errnos.of(-result))
                    .remedy("Use MSI or MSI-X, or poll the device"));
        }
        return KernelErrors.of(result, failure);
    }

    private Failure failure(String operation) {
        return Failure.during(operation).path(file.fd().name());
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(file.fd().name() + " is closed");
        }
    }

    private synchronized void disabled() {
        current = null;
    }

    private synchronized @Nullable FdInterrupts current() {
        return current;
    }

    private void closeCurrent() {
        // Not inside the lock: closing waits for waiters, and one of them may be about to ask for something here.
        FdInterrupts interrupts = current();
        if (interrupts != null) {
            interrupts.close();
        }
    }

    /** Closes the interrupts that are enabled, and runs something while none can be. */
    void withoutAny(Runnable action) {
        for (; ; ) {
            closeCurrent();
            synchronized (this) {
                if (current == null) {
                    action.run();
                    return;
                }
            }
        }
    }

    /** Enables nothing any more, and closes the interrupts that are enabled. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        closeCurrent();
    }
}
