// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** A backend that does what another one does, until a method is overridden. */
class ForwardingProvider implements DeviceAccessProvider {
    final DeviceAccessProvider real;

    ForwardingProvider(DeviceAccessProvider real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public int spiLevel() {
        return real.spiLevel();
    }

    @Override
    public String description() {
        return real.description();
    }

    @Override
    public Set<Capability> capabilities() {
        return real.capabilities();
    }

    @Override
    public List<OptionKey<?>> options() {
        return real.options();
    }

    @Override
    public List<DeviceSummary> discover() {
        return real.discover();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        return real.probe(address, options);
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        return real.open(address, options);
    }
}
