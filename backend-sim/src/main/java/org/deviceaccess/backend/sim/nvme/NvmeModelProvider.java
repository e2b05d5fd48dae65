// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.List;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:nvme}. */
public final class NvmeModelProvider implements DeviceModelProvider {
    private static final OptionKey<Long> DOORBELL_STRIDE = OptionKey.number(
            "doorbell-stride", "The distance of the doorbells, 4 << n bytes (CAP.DSTRD of NVMe).", 0, 6, 0);

    /** Makes the provider; it has no state. */
    public NvmeModelProvider() {}

    @Override
    public String name() {
        return "nvme";
    }

    @Override
    public String description() {
        return "NVMe solid-state disk with one namespace, 16 queue pairs and MSI-X";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(Disk.SIZE, DOORBELL_STRIDE);
    }

    @Override
    public DeviceModel create(Options options) {
        return new NvmeModel(options.get(Disk.SIZE), Math.toIntExact(options.get(DOORBELL_STRIDE)));
    }
}
