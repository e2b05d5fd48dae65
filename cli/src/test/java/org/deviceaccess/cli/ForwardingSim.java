// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.List;
import java.util.Set;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** The simulated devices, behind a provider that may do one thing in its own way. */
abstract class ForwardingSim implements DeviceAccessProvider {
    private final SimProvider sim = new SimProvider();

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        return sim.open(address, options);
    }

    @Override
    public String name() {
        return sim.name();
    }

    @Override
    public int spiLevel() {
        return sim.spiLevel();
    }

    @Override
    public String description() {
        return sim.description();
    }

    @Override
    public Set<Capability> capabilities() {
        return sim.capabilities();
    }

    @Override
    public List<OptionKey<?>> options() {
        return sim.options();
    }

    @Override
    public List<DeviceSummary> discover() {
        return sim.discover();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        return sim.probe(address, options);
    }
}
