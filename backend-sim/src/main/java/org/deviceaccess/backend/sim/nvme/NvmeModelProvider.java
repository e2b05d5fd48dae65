// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:nvme}. */
public final class NvmeModelProvider implements DeviceModelProvider {
    private static final long LARGEST = 1L << 40;

    private static final OptionKey<Long> SIZE_TEXT =
            OptionKey.size("size", "How many bytes the disk has; memory is taken for what is written.", "64M");
    private static final OptionKey<Long> SIZE = new OptionKey<>(
            SIZE_TEXT.name(),
            SIZE_TEXT.documentation(),
            SIZE_TEXT.form(),
            SIZE_TEXT.defaultValue(),
            text -> checked(SIZE_TEXT.parser().apply(text)));
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
        return List.of(SIZE, DOORBELL_STRIDE);
    }

    @Override
    public DeviceModel create(Options options) {
        return new NvmeModel(options.get(SIZE), Math.toIntExact(options.get(DOORBELL_STRIDE)));
    }

    private static Long checked(long size) {
        if (size < Disk.BLOCK || size > LARGEST || size % Disk.BLOCK != 0) {
            throw new IllegalArgumentException("not a multiple of " + Disk.BLOCK + " up to 1024G");
        }
        return size;
    }
}
