// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.deviceaccess.drivers.nvme.NvmeDriverProvider;
import org.deviceaccess.drivers.virtio.VirtioBlockDriverProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;

/** A kind of disk, its driver, and what is known of every one. */
enum DiskKind {
    NVME(EnumSet.of(InterruptKind.MSIX)) {
        @Override
        RecoveringDisk attach(DeviceAccess device, Duration timeout) {
            return (RecoveringDisk)
                    new NvmeDriverProvider().withTimeout(timeout).attach(device);
        }

        @Override
        void assertAtRest(DeviceAccess device) {
            // NVM Express Base 1.4, 3.1.5 and 3.1.6
            assertEquals(0, device.region(RegionId.BAR0).read32(0x14) & 1, "the controller is disabled (CC.EN)");
            assertEquals(0, device.region(RegionId.BAR0).read32(0x1c) & 1, "the controller is not ready (CSTS.RDY)");
        }
    },
    VIRTIO(EnumSet.of(InterruptKind.MSIX, InterruptKind.INTX, InterruptKind.UIO)) {
        @Override
        RecoveringDisk attach(DeviceAccess device, Duration timeout) {
            return (RecoveringDisk)
                    new VirtioBlockDriverProvider().withTimeout(timeout).attach(device);
        }

        @Override
        void assertAtRest(DeviceAccess device) {
            // The common configuration of both devices is at the start of BAR 4; virtio 1.2, 4.1.4.3
            assertEquals(0, device.region(RegionId.bar(4)).read8(0x14), "the device is reset (device_status)");
        }
    };

    private final Set<InterruptKind> interrupts;

    DiskKind(Set<InterruptKind> interrupts) {
        this.interrupts = interrupts;
    }

    abstract RecoveringDisk attach(DeviceAccess device, Duration timeout);

    /** Asserts that a driver which was closed has left the device where it reaches no memory. */
    abstract void assertAtRest(DeviceAccess device);

    /** Returns whether a queue of the device can wait so. */
    boolean waits(DeviceAccess device, Waiting waiting) {
        return waiting == Waiting.POLLING
                || device.interrupts().kinds().stream().map(InterruptInfo::kind).anyMatch(interrupts::contains);
    }
}
