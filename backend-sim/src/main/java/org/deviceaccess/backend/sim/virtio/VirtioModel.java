// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * A virtio device on PCI (virtio 1.2, 4.1): modern only, with its registers where QEMU has them, split virtqueues with event
 * index and indirect descriptors, MSI-X and INTx.
 */
final class VirtioModel implements DeviceModel, VirtioQueue.Owner, CommonConfiguration.Owner {
    private static final int QUEUE_SIZE = 256;
    private static final int ISR_QUEUE = 1;
    private static final int ISR_CONFIGURATION = 2;

    private final DeviceType type;
    private final VirtioFaults faults;
    private final InterruptOptions interrupts;
    private final List<VirtioQueue> queues = new ArrayList<>();
    // Made once, as a register access allocates nothing.
    private final List<Runnable> work = new ArrayList<>();
    private final CommonConfiguration common;
    private @Nullable Bus bus;
    private int isr;

    VirtioModel(DeviceType type, VirtioFaults faults, Options options) {
        this.type = type;
        this.faults = faults;
        this.interrupts = InterruptOptions.of(options);
        this.common = new CommonConfiguration(type, faults, queues, interrupts.vectors(type.queues()), this);
    }

    /** Returns the options of a virtio device that has these of its own. */
    static List<OptionKey<?>> options(List<OptionKey<?>> own) {
        List<OptionKey<?>> all = new ArrayList<>(own);
        all.add(InterruptOptions.INTERRUPTS);
        all.add(InterruptOptions.VECTORS);
        return List.copyOf(all);
    }

    @Override
    public PciFunction function() {
        return interrupts.addTo(PciLayout.function(type), type.queues());
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
        for (int number = 0; number < type.queues(); number++) {
            int notified = number;
            queues.add(new VirtioQueue(newBus, this, faults, number, QUEUE_SIZE));
            work.add(() -> work(notified));
        }
        Runnable bell = newBus.onSignal(this::signalled);
        type.powerOn(queues, bell);
        faults.onNeedReset(bell);
        reset();
    }

    @Override
    public void powerOff() {
        type.powerOff();
    }

    @Override
    public void reset() {
        faults.heal();
        isr = 0;
        common.clear();
        type.reset(0);
        bus().line(false);
    }

    @Override
    public void agreed(long features) {
        type.reset(features);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> wanted) {
        return wanted == VirtioFaults.class ? Optional.of(wanted.cast(faults)) : type.unwrap(wanted);
    }

    @Override
    public boolean hasEventIndex() {
        return common.hasEventIndex();
    }

    @Override
    public void fail(String what) {
        bus().fault(what);
        needReset();
    }

    @Override
    public void interrupt(VirtioQueue queue) {
        interrupt(queue.vector(), ISR_QUEUE);
    }

    private void interrupt(int vector, int cause) {
        if (bus().messagesEnabled()) {
            if (vector != VirtioQueue.NO_VECTOR) {
                bus().message(vector);
            }
        } else {
            isr |= cause;
            bus().line(true);
        }
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        lookAround();
        int at = (int) offset;
        if (at < PciLayout.ISR) {
            return common.read(at);
        }
        if (at < PciLayout.SPECIFIC) {
            int value = isr;
            isr = 0;
            bus().line(false);
            return value;
        }
        if (at < PciLayout.NOTIFY) {
            long value = 0;
            for (int i = width.bytes() - 1; i >= 0; i--) {
                value = value << Byte.SIZE | (type.configuration(at - PciLayout.SPECIFIC + i) & 0xff);
            }
            return value;
        }
        return 0;
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        lookAround();
        int at = (int) offset;
        if (at >= PciLayout.NOTIFY) {
            int number = (at - PciLayout.NOTIFY) / PciLayout.NOTIFY_MULTIPLIER;
            if (number < queues.size() && common.isWorking()) {
                bus().later(work.get(number));
            }
        } else if (at < PciLayout.ISR) {
            common.write(at, value);
        }
    }

    private void work(int number) {
        lookAround();
        if (common.isWorking()) {
            type.work(queues.get(number));
        }
    }

    private void signalled() {
        lookAround();
        type.signalled(common.isWorking());
    }

    /** Notices what happened outside of the device, and tells its driver, if it works (2.1.2 and 4.1.5.4). */
    private void lookAround() {
        if (faults.takeNeedReset()) {
            needReset();
        }
        if (type.hasChanged()) {
            common.changed();
            tellOfChange();
        }
    }

    private void needReset() {
        tellOfChange();
        common.needReset();
    }

    private void tellOfChange() {
        if (common.isWorking()) {
            interrupt(common.vector(), ISR_CONFIGURATION);
        }
    }

    private Bus bus() {
        Bus present = bus;
        if (present == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return present;
    }
}
