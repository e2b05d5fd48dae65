// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.network.MacAddress;

/** Provides {@code sim:virtio-net}. */
public final class NetworkModelProvider implements DeviceModelProvider {
    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:02");

    /** Makes the provider; it has no state. */
    public NetworkModelProvider() {}

    @Override
    public String name() {
        return "virtio-net";
    }

    @Override
    public String description() {
        return "virtio network card whose cable is plugged into itself";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(VirtioModel.INTERRUPTS);
    }

    @Override
    public DeviceModel create(Options options) {
        VirtioFaults faults = new VirtioFaults();
        return new VirtioModel(new NetworkType(OWN, faults), faults, options);
    }
}
