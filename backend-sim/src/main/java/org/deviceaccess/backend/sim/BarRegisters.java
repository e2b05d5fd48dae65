// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;

/** A BAR: the model answers while the command register lets it decode the address space. */
final class BarRegisters extends Registers {
    private final DeviceState state;
    private final ConfigSpace config;
    private final DeviceModel model;
    private final int bar;
    private final int decoding;

    BarRegisters(DeviceState state, ConfigSpace config, DeviceModel model, int bar, AddressSpace space) {
        super(state);
        this.state = state;
        this.config = config;
        this.model = model;
        this.bar = bar;
        this.decoding = space == AddressSpace.IO ? PciHeader.COMMAND_IO : PciHeader.COMMAND_MEMORY;
    }

    @Override
    long serveRead(long offset, AccessWidth width) {
        requireDecoding();
        return model.read(bar, offset, width);
    }

    @Override
    void serveWrite(long offset, AccessWidth width, long value) {
        requireDecoding();
        model.write(bar, offset, width, value);
    }

    private void requireDecoding() {
        if (!config.command(decoding)) {
            throw state.lost("the command register has decoding off (bit " + decoding + ")");
        }
    }
}
