// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.List;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.region.RegionId;

/** Lets tests look at a device from outside and make things happen to it. */
final class SimControl implements Simulation {
    private final SimDevice device;
    private final DeviceState state;

    SimControl(SimDevice device) {
        this.device = device;
        this.state = device.state();
    }

    @Override
    public List<DmaFault> dmaFaults() {
        return device.faults().dmaFaults();
    }

    @Override
    public long dmaFaultCount() {
        return device.faults().dmaFaultCount();
    }

    @Override
    public List<DeviceFault> deviceFaults() {
        return device.faults().deviceFaults();
    }

    @Override
    public List<DeviceFault> forbiddenAccesses() {
        return device.faults().forbidden();
    }

    @Override
    public void clearFaults() {
        device.faults().clear();
    }

    @Override
    public int mappings() {
        return device.mappings();
    }

    @Override
    public void remove() {
        whileOpen(device::remove);
    }

    @Override
    public void requestRelease() {
        whileOpen(() -> device.raise(DeviceEvent.RELEASE_REQUESTED));
    }

    @Override
    public void raiseError() {
        whileOpen(() -> device.raise(DeviceEvent.ERROR));
    }

    @Override
    public void hang() {
        whileOpen(device::hang);
    }

    @Override
    public void loseInterrupts(boolean losing) {
        whileOpen(() -> device.loseInterrupts(losing));
    }

    @Override
    public void override(RegionId region, ReadOverride override) {
        whileOpen(() -> device.override(region, override));
    }

    private void whileOpen(Runnable action) {
        synchronized (state) {
            state.requireOpen();
            action.run();
        }
    }
}
