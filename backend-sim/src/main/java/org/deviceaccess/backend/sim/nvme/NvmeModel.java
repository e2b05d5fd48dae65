// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.Optional;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * An NVMe controller as a PCI function (NVM Express Base Specification 1.4, 2). It has MSI-X and no other interrupts, and
 * all commands, features, log pages and data structures that are mandatory for an I/O controller; others are refused with
 * the status that the specification has for it.
 */
final class NvmeModel implements DeviceModel {
    static final PciId ID = new PciId(0x1b36, 0x0010, 0x1af4, 0x1100, 0x010802, 0x02);

    private static final long BAR_SIZE = 0x4000;

    /** Version 3, without soft reset (2.3). */
    private static final String POWER_MANAGEMENT = "030008000000";

    /** An endpoint of 4 lanes at 8 GT/s that has function level reset, as is demanded (2.5.3). */
    private static final String PCI_EXPRESS = "0200" // PXCAP
            + "00800010" // PXDCAP
            + "00000000" // PXDC, PXDS
            + "43000000" // PXLCAP
            + "00004300" // PXLC, PXLS
            + "00".repeat(16 + 8)
            + "0e000000" // link speeds
            + "00".repeat(12);

    private final Profile profile;
    private final NvmeFaults faults = new NvmeFaults();
    private @Nullable Controller controller;

    NvmeModel(Profile profile) {
        this.profile = profile;
    }

    @Override
    public PciFunction function() {
        return PciFunction.of(ID)
                .withMemory(0, BAR_SIZE, AccessWidth.BITS_32, AccessWidth.BITS_64)
                .withMsix(profile.vectors())
                .withCapability(PciCapability.POWER_MANAGEMENT, POWER_MANAGEMENT)
                .withCapability(PciCapability.PCI_EXPRESS, PCI_EXPRESS);
    }

    @Override
    public void powerOn(Bus bus) {
        controller = new Controller(bus, profile, faults);
    }

    @Override
    public void reset() {
        controller().reset();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type == NvmeFaults.class ? Optional.of(type.cast(faults)) : Optional.empty();
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        return controller().read((int) offset, width);
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        controller().write((int) offset, width, value);
    }

    private Controller controller() {
        Controller powered = controller;
        if (powered == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return powered;
    }
}
