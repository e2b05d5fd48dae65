// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.List;
import java.util.Objects;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.tck.probe.Journal;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.Trouble;
import org.jspecify.annotations.Nullable;

/** The simulated devices, with a journal of what is done with the one that is opened, and with trouble in it. */
final class WatchedSim extends ForwardingSim {
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
        opened = new ProbedDevice(super.open(address, options), trouble);
        return opened;
    }
}
