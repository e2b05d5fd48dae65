// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEventState;
import org.deviceaccess.spi.pci.PciHeader;

/** What the model sees of the rest. Used under the lock of the device. */
final class SimBus implements Bus {
    private final ConfigSpace config;
    private final SimInterrupts interrupts;
    private final Iommu iommu;
    private final FaultLog faults;
    private final DeviceEventState events;
    private final Worker worker;

    SimBus(
            ConfigSpace config,
            SimInterrupts interrupts,
            Iommu iommu,
            FaultLog faults,
            DeviceEventState events,
            Worker worker) {
        this.config = config;
        this.interrupts = interrupts;
        this.iommu = iommu;
        this.faults = faults;
        this.events = events;
        this.worker = worker;
    }

    @Override
    public boolean read(long address, MemorySegment into) {
        return transfer(address, into, false);
    }

    @Override
    public boolean write(long address, MemorySegment from) {
        return transfer(address, from, true);
    }

    @Override
    public void line(boolean asserted) {
        interrupts.line(asserted);
    }

    @Override
    public boolean messagesEnabled() {
        return interrupts.messagesEnabled();
    }

    @Override
    public void message(int vector) {
        interrupts.message(vector);
    }

    @Override
    public void later(Runnable work) {
        worker.later(work);
    }

    @Override
    public Runnable onSignal(Runnable work) {
        return worker.onSignal(work);
    }

    @Override
    public void fault(String what) {
        faults.failed(what);
        events.raise(DeviceEvent.ERROR);
    }

    @Override
    public void forbidden(String what) {
        faults.forbidden(what);
    }

    private boolean transfer(long address, MemorySegment device, boolean write) {
        if (!config.command(PciHeader.COMMAND_MASTER)) {
            faults.refused(address, device.byteSize(), write, DmaFault.Reason.BUS_MASTER_OFF);
            return false;
        }
        return iommu.transfer(address, device, write);
    }
}
