// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:virtio-blk}. */
public final class BlockModelProvider implements DeviceModelProvider {
    /** Makes the provider; it has no state. */
    public BlockModelProvider() {}

    @Override
    public String name() {
        return "virtio-blk";
    }

    @Override
    public String description() {
        return "virtio disk";
    }

    @Override
    public List<OptionKey<?>> options() {
        List<OptionKey<?>> own = new ArrayList<>(List.of(Disk.SIZE));
        own.addAll(BlockLimits.OPTIONS);
        return VirtioModel.options(own);
    }

    @Override
    public DeviceModel create(Options options) {
        BlockType type = new BlockType(new Disk(options.get(Disk.SIZE)), BlockLimits.of(options));
        return new VirtioModel(type, new VirtioFaults(), options);
    }
}
