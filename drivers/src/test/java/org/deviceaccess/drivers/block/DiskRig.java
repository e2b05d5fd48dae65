// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;

/**
 * Where a disk is that the scenarios of disks are tried on.
 *
 * @param kind the kind
 * @param address the device's address
 * @param slow the address of the device as one whose commands take a while; the same one where it takes what it takes
 * @param stranger the address of a device whose buffers are not the disk's
 * @param size how large the disk is, in bytes
 * @param depths how deep queues are that read and write all of it
 * @param timeout how long a command may take
 */
record DiskRig(
        DiskKind kind,
        String address,
        String slow,
        String stranger,
        long size,
        List<Integer> depths,
        Duration timeout) {
    private static final String NVME = "0000:00:12.0";
    private static final String VIRTIO = "0000:00:17.0";

    /** A disk of the simulated backend. */
    static DiskRig simulated(DiskKind kind) {
        boolean nvme = kind == DiskKind.NVME;
        String name = nvme ? "sim:nvme?size=8M" : "sim:virtio-blk?size=8M&queues=8";
        return new DiskRig(
                kind,
                name + "&latency=0",
                name + "&latency=3000",
                nvme ? "sim:virtio-blk?latency=0" : "sim:nvme?latency=0",
                8 << 20,
                List.of(1, 3, 32, nvme ? 1023 : 256),
                Duration.ofSeconds(20));
    }

    /** A disk of the testbed, over VFIO behind an IOMMU. */
    static DiskRig vfio(DiskKind kind) {
        return guest(kind, "vfio:", "");
    }

    /** A disk of the testbed, over VFIO without an IOMMU. */
    static DiskRig noIommu(DiskKind kind) {
        return guest(kind, "vfio-noiommu:", "?unsafe=true");
    }

    /** A disk of the testbed, over UIO. */
    static DiskRig uio(DiskKind kind) {
        return guest(kind, "uio:", "?unsafe=true");
    }

    private static DiskRig guest(DiskKind kind, String prefix, String options) {
        boolean nvme = kind == DiskKind.NVME;
        String address = prefix + (nvme ? NVME : VIRTIO) + options;
        return new DiskRig(
                kind,
                address,
                address,
                prefix + (nvme ? VIRTIO : NVME) + options,
                nvme ? 64 << 20 : 16 << 20,
                List.of(32),
                Duration.ofSeconds(30));
    }

    DeviceAccess open() {
        return Devices.open(address);
    }

    RecoveringDisk attach(DeviceAccess device) {
        return kind.attach(device, timeout);
    }
}
