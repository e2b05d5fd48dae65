// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.edu;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/** Provides {@code sim:edu}. */
public final class EduModelProvider implements DeviceModelProvider {
    private static final OptionKey<Long> DMA_MASK = new OptionKey<>(
            "dma-mask",
            "The bits of a DMA address that edu drives; the others it drops, as QEMU's property dma_mask says.",
            "MASK",
            "0xfffffff",
            EduModelProvider::parseMask);

    @Override
    public String name() {
        return "edu";
    }

    @Override
    public String description() {
        return "educational PCI device as QEMU has it: factorial, interrupts, a DMA engine of 4096 bytes";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(DMA_MASK);
    }

    @Override
    public DeviceModel create(Options options) {
        return new EduModel(options.get(DMA_MASK));
    }

    private static long parseMask(String text) {
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number of 64 bits such as 0xfffffff", e);
        }
    }
}
