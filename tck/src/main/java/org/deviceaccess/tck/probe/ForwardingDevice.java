// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/** An open device that does what another one does, until a method is overridden. */
public class ForwardingDevice implements DeviceAccess {
    /** The other one. */
    protected final DeviceAccess real;

    protected ForwardingDevice(DeviceAccess real) {
        this.real = real;
    }

    @Override
    public DeviceAddress address() {
        return real.address();
    }

    @Override
    public DeviceIdentity identity() {
        return real.identity();
    }

    @Override
    public TrustLevel trust() {
        return real.trust();
    }

    @Override
    public Set<Capability> capabilities() {
        return real.capabilities();
    }

    @Override
    public List<RegionInfo> regions() {
        return real.regions();
    }

    @Override
    public Region region(RegionId id) {
        return real.region(id);
    }

    @Override
    public InterruptSupport interrupts() {
        return real.interrupts();
    }

    @Override
    public DmaSupport dma() {
        return real.dma();
    }

    @Override
    public DeviceEvents events() {
        return real.events();
    }

    @Override
    public DriverClaim claim(String driver) {
        return real.claim(driver);
    }

    @Override
    public void reset() {
        real.reset();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return real.unwrap(type);
    }

    @Override
    public boolean isOpen() {
        return real.isOpen();
    }

    @Override
    public void close() {
        real.close();
    }
}
