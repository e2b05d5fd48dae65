// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:virtio-blk}. */
public final class BlockModelProvider implements DeviceModelProvider {
    private static final OptionKey<Long> QUEUES = OptionKey.number("queues", "How many queues the disk has.", 1, 16, 4);

    /** Makes the provider; it has no state. */
    public BlockModelProvider() {}

    @Override
    public String name() {
        return "virtio-blk";
    }

    @Override
    public String description() {
        return "virtio disk with blocks of 512 bytes";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(Disk.SIZE, QUEUES, VirtioModel.INTERRUPTS);
    }

    @Override
    public DeviceModel create(Options options) {
        return new VirtioModel(
                new BlockType(new Disk(options.get(Disk.SIZE)), Math.toIntExact(options.get(QUEUES))),
                new VirtioFaults(),
                options);
    }
}
