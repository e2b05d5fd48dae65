// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.backend.sim.model.PciFunction.Bar;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEventState;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.DriverClaims;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open simulated device: puts the parts together and takes them apart. */
final class SimDevice implements DeviceAccess {
    private static final Logger LOG = LoggerFactory.getLogger(SimDevice.class);

    private final DeviceAddress address;
    private final DeviceIdentity identity;
    private final Set<Capability> capabilities;
    private final DeviceState state;
    private final DriverClaims claims;
    private final DeviceModel model;
    private final ConfigSpace config;
    private final SimInterrupts interrupts;
    private final DeviceEventState events;
    private final FaultLog faults = new FaultLog();
    private final Iommu iommu = new Iommu(faults);
    private final SimDma dma;
    private final Worker worker;
    private final Map<RegionId, Registers> registers = new TreeMap<>();
    private final Map<RegionId, Region> regions = new TreeMap<>();
    private boolean powered; // guarded by state

    /**
     * Powers a device on.
     *
     * @param address the full address, with options
     * @param model the device
     * @param options what was chosen for it
     */
    SimDevice(DeviceAddress address, DeviceModel model, SimOptions options) {
        PciFunction function = model.function();
        this.address = address;
        this.identity = new DeviceIdentity(address.locator(), function.id(), -1);
        this.capabilities = SimCapabilities.of(function);
        this.state = new DeviceState(address.toString());
        this.claims = new DriverClaims(address);
        this.model = model;
        this.config = new ConfigSpace(function);
        this.interrupts = new SimInterrupts(state, config, function);
        this.events = new DeviceEventState(address.toString(), EnumSet.allOf(DeviceEvent.class));
        this.dma = new SimDma(state, config, iommu, options);
        this.worker = new Worker(state, options.latencyNanos(), this::modelFailed);
        function.bars().forEach(this::addBar);
        addRegion(
                RegionId.CONFIG,
                PciHeader.CONFIG_SIZE,
                AddressSpace.CONFIGURATION,
                Set.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32),
                new ConfigRegisters(state, config, interrupts, this::resetFunction));
        try {
            synchronized (state) {
                model.powerOn(new SimBus(config, interrupts, iommu, faults, events, worker));
                powered = true;
            }
        } finally {
            if (!powered) {
                worker.stop();
            }
        }
    }

    private void addBar(int number, Bar bar) {
        addRegion(
                RegionId.bar(number),
                bar.size(),
                bar.space(),
                bar.widths(),
                new BarRegisters(state, config, model, number, bar.space()));
    }

    private void addRegion(RegionId id, long size, AddressSpace space, Set<AccessWidth> widths, Registers served) {
        registers.put(id, served);
        regions.put(id, new CallRegion(new RegionInfo(id, size, space, true, true, false, widths), served));
    }

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public DeviceIdentity identity() {
        return identity;
    }

    @Override
    public TrustLevel trust() {
        return TrustLevel.SIMULATED;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public List<RegionInfo> regions() {
        state.requireOpen();
        return regions.values().stream().map(Region::info).toList();
    }

    @Override
    public Region region(RegionId id) {
        state.requireOpen();
        Region region = regions.get(id);
        if (region == null) {
            throw noRegion(id);
        }
        return region;
    }

    @Override
    public InterruptSupport interrupts() {
        state.requireOpen();
        return interrupts;
    }

    @Override
    public DmaSupport dma() {
        state.requireOpen();
        return dma;
    }

    @Override
    public DeviceEvents events() {
        state.requireOpen();
        return events;
    }

    @Override
    public DriverClaim claim(String driver) {
        state.requireOpen();
        return claims.claim(driver);
    }

    @Override
    public void reset() {
        synchronized (state) {
            state.requireOpen();
            if (!state.isPresent()) {
                throw new ResetFailedException(Failure.during("reset the device " + state)
                        .because("the device was removed")
                        .remedy("Close the device; when it is back, open it again"));
            }
            resetFunction();
        }
    }

    private void resetFunction() {
        worker.drop(false);
        interrupts.disableAll();
        interrupts.line(false);
        model.reset();
        events.over(DeviceEvent.ERROR);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        state.requireOpen();
        if (type != Simulation.class) {
            return model.unwrap(type);
        }
        return Optional.of(type.cast(new SimControl(this)));
    }

    @Override
    public boolean isOpen() {
        return state.isOpen();
    }

    @Override
    public void close() {
        try {
            synchronized (state) {
                if (state.isOpen()) {
                    LOG.debug("{}: closed", address);
                }
                state.close();
                events.close();
                interrupts.disableAll();
                config.setCommand(PciHeader.COMMAND_MASTER, false);
                dma.closeAll();
                powerOff();
            }
        } finally {
            worker.stop();
        }
    }

    DeviceState state() {
        return state;
    }

    FaultLog faults() {
        return faults;
    }

    int mappings() {
        synchronized (state) {
            return iommu.size();
        }
    }

    void remove() {
        state.remove();
        worker.drop(true);
        powerOff();
    }

    private void powerOff() {
        if (powered) {
            powered = false;
            model.powerOff();
        }
    }

    void hang() {
        worker.drop(true);
    }

    void loseInterrupts(boolean losing) {
        interrupts.setLosing(losing);
    }

    void raise(DeviceEvent event) {
        events.raise(event);
    }

    void override(RegionId id, ReadOverride override) {
        Registers served = registers.get(id);
        if (served == null) {
            throw noRegion(id);
        }
        served.setOverride(override);
    }

    private void modelFailed(RuntimeException e) {
        faults.failed("the model failed: " + e);
        events.raise(DeviceEvent.ERROR);
    }

    private NoSuchRegionException noRegion(RegionId id) {
        return new NoSuchRegionException(Failure.during("get the region " + id + " of " + state)
                .because("the device has " + regions.keySet())
                .remedy("Use a region that DeviceAccess.regions() lists"));
    }

    @Override
    public String toString() {
        return address + (isOpen() ? "" : " (closed)");
    }
}
