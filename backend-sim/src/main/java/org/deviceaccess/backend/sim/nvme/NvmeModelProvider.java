// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:nvme}. */
public final class NvmeModelProvider implements DeviceModelProvider {
    /** Makes the provider; it has no state. */
    public NvmeModelProvider() {}

    @Override
    public String name() {
        return "nvme";
    }

    @Override
    public String description() {
        return "NVMe solid-state disk with namespaces of any kind, up to 16 I/O queue pairs and MSI-X";
    }

    @Override
    public List<OptionKey<?>> options() {
        return Profile.OPTIONS;
    }

    @Override
    public DeviceModel create(Options options) {
        return new NvmeModel(Profile.of(options));
    }
}
