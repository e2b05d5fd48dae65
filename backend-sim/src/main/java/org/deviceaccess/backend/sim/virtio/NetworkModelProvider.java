// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.network.Cables;
import org.deviceaccess.backend.sim.network.CardOptions;
import org.deviceaccess.backend.sim.network.WiredModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.network.MacAddress;

/** Provides {@code sim:virtio-net}. */
public final class NetworkModelProvider implements WiredModelProvider {
    private static final OptionKey<MacAddress> MAC = CardOptions.mac("02:00:00:00:00:02");

    /** Makes the provider; it has no state. */
    public NetworkModelProvider() {}

    @Override
    public String name() {
        return "virtio-net";
    }

    @Override
    public String description() {
        return "virtio network card, wired to itself or to another one";
    }

    @Override
    public List<OptionKey<?>> options() {
        return VirtioModel.options(List.of(MAC, CardOptions.WIRE));
    }

    @Override
    public DeviceModel create(Options options, Cables cables) {
        VirtioFaults faults = new VirtioFaults();
        NetworkType card = new NetworkType(options.get(MAC), CardOptions.outlet(options, cables), faults);
        return new VirtioModel(card, faults, options);
    }
}
