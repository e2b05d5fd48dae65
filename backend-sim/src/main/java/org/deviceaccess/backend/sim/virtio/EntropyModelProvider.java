// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:virtio-rng}. */
public final class EntropyModelProvider implements DeviceModelProvider {
    private static final OptionKey<Long> MOST = OptionKey.number(
            "most", "How many random bytes the device gives at a time at the most.", 1, 1 << 20, 1 << 20);

    /** Makes the provider; it has no state. */
    public EntropyModelProvider() {}

    @Override
    public String name() {
        return "virtio-rng";
    }

    @Override
    public String description() {
        return "virtio entropy source";
    }

    @Override
    public List<OptionKey<?>> options() {
        return VirtioModel.options(List.of(MOST));
    }

    @Override
    public DeviceModel create(Options options) {
        return new VirtioModel(new EntropyType(Math.toIntExact(options.get(MOST))), new VirtioFaults(), options);
    }
}
