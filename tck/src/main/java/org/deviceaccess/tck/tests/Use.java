// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.kit.TckTarget;

/** Uses of a device that show that it works, or that give it something to leave behind. */
final class Use {
    private static final long BUFFER = 64 * 1024L;

    private Use() {}

    /** Requires that the registers answer as far as they are known. Touches nothing that is not known to be harmless. */
    static void registers(TckTarget target, DeviceAccess device) {
        KnownDevice known = target.survey().knownDevice();
        if (known != null) {
            assertEquals(
                    known.constantValue(),
                    device.region(known.constant().region())
                            .read32(known.constant().offset()),
                    "the register " + known.constant());
        }
        PciId pci = device.identity().pci();
        if (target.claims(Capability.CONFIG_SPACE) && pci != null) {
            assertEquals(
                    pci.vendor(), device.region(RegionId.CONFIG).read16(PciHeader.VENDOR_ID), "the vendor id read");
        }
    }

    /** Uses everything that the device claims, and leaves it enabled, allocated and mapped for the device to clean up. */
    @SuppressWarnings("resource") // Left open on purpose: everything dies with its device.
    static void all(TckTarget target, DeviceAccess device) {
        registers(target, device);
        device.regions().forEach(info -> device.region(info.id()).slice(0, info.size()));
        for (InterruptInfo info : device.interrupts().kinds()) {
            device.interrupts().enable(info.kind(), info.vectors()).close();
        }
        for (InterruptInfo info : device.interrupts().kinds().stream().limit(1).toList()) {
            device.interrupts().enable(info.kind(), 1).vector(0).poll();
        }
        if (target.claims(Capability.DMA)) {
            device.dma().allocate(BUFFER, DmaConstraints.NONE).close();
            device.dma().allocate(BUFFER, DmaConstraints.NONE);
        }
    }
}
