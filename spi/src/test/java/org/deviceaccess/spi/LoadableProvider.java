// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.List;
import java.util.Set;

/** A provider that the service loader can make. */
public final class LoadableProvider implements DeviceAccessProvider {
    private final StubProvider delegate = StubProvider.trusting("loadable", TrustLevel.SIMULATED);

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public int spiLevel() {
        return 1;
    }

    @Override
    public String description() {
        return delegate.description();
    }

    @Override
    public Set<Capability> capabilities() {
        return delegate.capabilities();
    }

    @Override
    public List<OptionKey<?>> options() {
        return delegate.options();
    }

    @Override
    public List<DeviceSummary> discover() {
        return delegate.discover();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        return delegate.probe(address, options);
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        return delegate.open(address, options);
    }
}
