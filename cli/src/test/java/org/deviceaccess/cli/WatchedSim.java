// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.List;
import java.util.Objects;
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
import org.deviceaccess.tck.probe.Journal;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.Trouble;
import org.jspecify.annotations.Nullable;

/** The simulated devices, with a journal of what is done with the one that is opened, and with trouble in it. */
final class WatchedSim implements DeviceAccessProvider {
    private final SimProvider sim = new SimProvider();
    private final Trouble trouble;
    private @Nullable ProbedDevice opened;

    WatchedSim(Trouble trouble) {
        this.trouble = trouble;
    }

    /** Returns the device that was opened. */
    ProbedDevice opened() {
        return Objects.requireNonNull(opened, "nothing was opened");
    }

    /** Returns what was done with it. */
    List<Journal.Entry> done() {
        return opened().journal().since(0);
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        opened = new ProbedDevice(sim.open(address, options), trouble);
        return opened;
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
