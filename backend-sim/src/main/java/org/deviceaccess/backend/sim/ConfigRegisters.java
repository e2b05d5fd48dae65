// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import org.deviceaccess.spi.region.AccessWidth;

/** Configuration space as a region. */
final class ConfigRegisters extends Registers {
    private final ConfigSpace config;
    private final SimInterrupts interrupts;
    private final Runnable resetFunction;

    ConfigRegisters(DeviceState state, ConfigSpace config, SimInterrupts interrupts, Runnable resetFunction) {
        super(state);
        this.config = config;
        this.interrupts = interrupts;
        this.resetFunction = resetFunction;
    }

    @Override
    long serveRead(long offset, AccessWidth width) {
        return config.read(offset, width);
    }

    @Override
    void serveWrite(long offset, AccessWidth width, long value) {
        config.write(offset, width, value);
        if (config.takeFunctionReset()) {
            // As over VFIO, where the kernel does it and restores configuration space.
            resetFunction.run();
        }
        // The interrupt disable bit may have been cleared under an asserted line.
        interrupts.deliverLine();
    }
}
