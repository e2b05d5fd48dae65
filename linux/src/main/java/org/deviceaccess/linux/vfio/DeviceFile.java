// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;

/** A device's file and its requests. Safe for use by any thread. */
final class DeviceFile {
    // The members of vfio_device_info that every kernel has.
    private static final long DEVICE_INFO_SIZE = VfioDeviceInfo.CAP_OFFSET;

    private final LibC libc;
    private final Fd fd;
    private final Requests requests;

    DeviceFile(LibC libc, Fd fd) {
        this.libc = libc;
        this.fd = fd;
        this.requests = new Requests(libc, fd);
    }

    LibC libc() {
        return libc;
    }

    Fd fd() {
        return fd;
    }

    VfioDeviceInfo info() {
        try (Arena arena = Arena.ofConfined()) {
            return VfioDeviceInfo.decode(requests.info(arena, Vfio.VFIO_DEVICE_GET_INFO, DEVICE_INFO_SIZE, -1)
                    .orElseThrow());
        }
    }

    /** Returns a region, or nothing if the device does not have it. */
    Optional<RegionDescription> region(int index) {
        try (Arena arena = Arena.ofConfined()) {
            return requests.info(arena, Vfio.VFIO_DEVICE_GET_REGION_INFO, VfioRegionInfo.SIZE, index)
                    .map(RegionDescription::decode)
                    .filter(region -> region.info().size() != 0);
        }
    }

    /** Returns a kind of interrupt, or nothing if the device does not have it. */
    Optional<VfioIrqInfo> irq(int index) {
        try (Arena arena = Arena.ofConfined()) {
            return requests.info(arena, Vfio.VFIO_DEVICE_GET_IRQ_INFO, VfioIrqInfo.SIZE, index)
                    .map(VfioIrqInfo::decode)
                    .filter(VfioIrqInfo::usable);
        }
    }

    /**
     * Enables an interrupt index, its vectors from 0 signalling the descriptors; answers 0, a negated error number, or
     * the smaller number of vectors that there could be.
     */
    int enableIrq(int index, int[] eventfds) {
        try (Arena arena = Arena.ofConfined()) {
            return setIrqs(VfioIrqSet.eventfds(arena, index, eventfds));
        }
    }

    /** Disables an interrupt index; answers as {@link LibC#ioctl} does. */
    int disableIrq(int index) {
        try (Arena arena = Arena.ofConfined()) {
            return setIrqs(VfioIrqSet.action(arena, VfioIrqSet.VFIO_IRQ_SET_ACTION_TRIGGER, index, 0, 0));
        }
    }

    /** Signals vector 0 of an enabled interrupt index in software; answers as {@link LibC#ioctl} does. */
    int triggerIrq(int index) {
        try (Arena arena = Arena.ofConfined()) {
            return setIrqs(VfioIrqSet.action(arena, VfioIrqSet.VFIO_IRQ_SET_ACTION_TRIGGER, index, 0, 1));
        }
    }

    /** Masks, unmasks or triggers as the structure says; answers as {@link LibC#ioctl} does. */
    int setIrqs(MemorySegment struct) {
        return requests.call(Vfio.VFIO_DEVICE_SET_IRQS, struct);
    }

    /** Resets the device; answers as {@link LibC#ioctl} does. */
    int reset() {
        return requests.call(Vfio.VFIO_DEVICE_RESET, 0);
    }
}
