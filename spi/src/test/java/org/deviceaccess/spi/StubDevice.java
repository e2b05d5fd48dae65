// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/** A device that only knows under which address it was opened. */
record StubDevice(DeviceAddress address) implements DeviceAccess {
    @Override
    public DeviceIdentity identity() {
        return new DeviceIdentity(address.locator(), null, -1);
    }

    @Override
    public TrustLevel trust() {
        return TrustLevel.SIMULATED;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public List<RegionInfo> regions() {
        return List.of();
    }

    @Override
    public Region region(RegionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InterruptSupport interrupts() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DmaSupport dma() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DeviceEvents events() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DriverClaim claim(String driver) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
