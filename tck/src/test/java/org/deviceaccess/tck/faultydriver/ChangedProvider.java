// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.util.function.Function;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;

/**
 * A provider of drivers that are changed.
 *
 * @param real makes the drivers
 * @param common the type that the changed drivers have
 * @param change changes one
 */
record ChangedProvider<D extends Driver>(DriverProvider real, Class<D> common, Function<D, D> change)
        implements DriverProvider {
    @Override
    public String name() {
        return real.name();
    }

    @Override
    public Class<? extends Driver> type() {
        return common;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return real.matches(identity);
    }

    @Override
    public DriverNeeds needs() {
        return real.needs();
    }

    @Override
    public Driver attach(DeviceAccess device) {
        return change.apply(common.cast(real.attach(device)));
    }
}
