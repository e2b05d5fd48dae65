// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.deviceaccess.linux.event.VectorControl;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptKind;

/** Masks, unmasks, triggers and disables the vectors of one kind by VFIO_DEVICE_SET_IRQS. */
final class IrqControl implements VectorControl {
    private final DeviceFile file;
    private final InterruptKind kind;
    private final int irq;
    private final Runnable whenDisabled;
    // An INTx line is unmasked after each interrupt, so the structures are made once.
    private final MemorySegment[] masks;
    private final MemorySegment[] unmasks;
    private final MemorySegment[] triggers;
    private volatile boolean enabled;

    /**
     * @param irq the kind's index in VFIO
     * @param vectors how many vectors will be enabled
     * @param whenDisabled called when the vectors are disabled
     */
    IrqControl(DeviceFile file, InterruptKind kind, int irq, int vectors, Runnable whenDisabled) {
        this.file = file;
        this.kind = kind;
        this.irq = irq;
        this.whenDisabled = whenDisabled;
        Arena arena = Arena.ofAuto();
        this.masks = structures(arena, VfioIrqSet.VFIO_IRQ_SET_ACTION_MASK, vectors);
        this.unmasks = structures(arena, VfioIrqSet.VFIO_IRQ_SET_ACTION_UNMASK, vectors);
        this.triggers = structures(arena, VfioIrqSet.VFIO_IRQ_SET_ACTION_TRIGGER, vectors);
    }

    private MemorySegment[] structures(Arena arena, int action, int vectors) {
        return IntStream.range(0, vectors)
                .mapToObj(vector -> VfioIrqSet.action(arena, action, irq, vector, 1))
                .toArray(MemorySegment[]::new);
    }

    /** To be called when the kernel signals the vectors, so that {@link #disable} has something to disable. */
    void enabled() {
        enabled = true;
    }

    @Override
    public void mask(int index) {
        check(file.setIrqs(masks[index]), "mask", index);
    }

    @Override
    public void unmask(int index) {
        check(file.setIrqs(unmasks[index]), "unmask", index);
    }

    @Override
    public void trigger(int index) {
        check(file.setIrqs(triggers[index]), "trigger", index);
    }

    @Override
    public void disable() {
        try {
            if (enabled) {
                int result = file.disableIrq(irq);
                if (result < 0) {
                    throw KernelErrors.of(result, failure("disable the " + kind + " interrupts"));
                }
            }
        } finally {
            whenDisabled.run();
        }
    }

    private void check(int result, String action, int index) {
        if (result < 0) {
            throw KernelErrors.of(result, failure(action + " " + kind + " " + index));
        }
    }

    private Failure failure(String operation) {
        return Failure.during(operation + " (VFIO_DEVICE_SET_IRQS)")
                .path(file.fd().name());
    }
}
