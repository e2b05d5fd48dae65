// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.util.Map;
import java.util.function.Function;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;

/** A provider that is as it should be, of a driver that may not be. */
class SoundProvider implements DriverProvider {
    static final DriverNeeds NEEDS = DriverNeeds.NONE
            .withRegions(Map.of(RegionId.BAR0, 0x100L))
            .withInterrupts(1, InterruptKind.MSI)
            .withDma(28);

    private final Function<DeviceAccess, SoundDriver> driver;

    SoundProvider(Function<DeviceAccess, SoundDriver> driver) {
        this.driver = driver;
    }

    @Override
    public String name() {
        return "sound";
    }

    @Override
    public Class<? extends Driver> type() {
        return SoundDriver.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return identity.pci() != null && identity.pci().is(0x1234, 0x11e8);
    }

    @Override
    public DriverNeeds needs() {
        return NEEDS;
    }

    @Override
    public Driver attach(DeviceAccess device) {
        return device.claim(name()).hold(claim -> {
            SoundDriver attached = driver.apply(device);
            attached.claim = claim;
            attached.attach();
            return attached;
        });
    }
}
