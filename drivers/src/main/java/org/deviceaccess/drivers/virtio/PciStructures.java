// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.util.Optional;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.jspecify.annotations.Nullable;

/**
 * Where the structures of a virtio device are, as its vendor-specific capabilities say (virtio 1.2, 4.1.4).
 *
 * @param common the common configuration
 * @param notifications where the device is notified of available buffers
 * @param notifyMultiplier by what a queue's {@code queue_notify_off} is multiplied to get its place there, in bytes
 * @param isr the ISR status
 * @param specific the configuration of the type of device, or {@code null} if it has none
 */
record PciStructures(
        Window common,
        Window notifications,
        long notifyMultiplier,
        Window isr,
        @Nullable Window specific) {
    // linux/virtio_pci.h: VIRTIO_PCI_CAP_*_CFG
    private static final int COMMON = 1;
    private static final int NOTIFY = 2;
    private static final int ISR = 3;
    private static final int SPECIFIC = 4;

    // 4.1.2.1: the device ids that are left to devices of before 1.0, and to those that are both
    private static final int FIRST_TRANSITIONAL = 0x1000;
    private static final int LAST_TRANSITIONAL = 0x103f;

    // linux/virtio_pci.h: struct virtio_pci_cap, struct virtio_pci_notify_cap
    private static final int CAP_LEN = 2;
    private static final int CFG_TYPE = 3;
    private static final int BAR = 4;
    private static final int OFFSET = 8;
    private static final int LENGTH = 12;
    private static final int NOTIFY_OFF_MULTIPLIER = 16;
    private static final int LEAST_LENGTH = 16;
    private static final int LAST_BAR = 5;

    /**
     * Finds the structures.
     *
     * @throws UnsupportedCapabilityException if it is a legacy device, which has none of them
     * @throws MalformedDeviceException if one that a modern device must have is missing, or does not lie in a BAR
     */
    static PciStructures find(DeviceAccess device) {
        Region config = device.region(RegionId.CONFIG);
        PciCapabilities capabilities = PciCapabilities.read(config);
        PciCapability notify = capability(capabilities, config, NOTIFY)
                .orElseThrow(() -> missing(device, capabilities, config, "the notifications"));
        requireLength(device, config, notify, NOTIFY_OFF_MULTIPLIER + Integer.BYTES);
        long multiplier = Integer.toUnsignedLong(config.read32(notify.offset() + NOTIFY_OFF_MULTIPLIER));
        if (multiplier == 1 || Long.bitCount(multiplier) > 1) {
            throw malformed(device, "notify_off_multiplier is " + multiplier + ", not 0 or an even power of two");
        }
        return new PciStructures(
                required(device, capabilities, config, COMMON, "the common configuration", 4, CommonConfiguration.SIZE),
                window(device, config, notify, "the notifications", 2, 2),
                multiplier,
                required(device, capabilities, config, ISR, "the ISR status", 1, 1),
                capability(capabilities, config, SPECIFIC)
                        .map(found -> window(device, config, found, "the device's own configuration", 4, 1))
                        .orElse(null));
    }

    /** Returns the first capability for a structure; those with a reserved BAR are ignored, as 4.1.4.1 demands. */
    private static Optional<PciCapability> capability(PciCapabilities capabilities, Region config, int type) {
        return capabilities.findAll(PciCapability.VENDOR_SPECIFIC).stream()
                .filter(found -> found.offset() + LEAST_LENGTH <= PciHeader.CONFIG_SIZE
                        && config.read8(found.offset() + CFG_TYPE) == type
                        && config.read8(found.offset() + BAR) <= LAST_BAR)
                .findFirst();
    }

    private static Window required(
            DeviceAccess device,
            PciCapabilities capabilities,
            Region config,
            int type,
            String what,
            int alignment,
            long least) {
        PciCapability found =
                capability(capabilities, config, type).orElseThrow(() -> missing(device, capabilities, config, what));
        return window(device, config, found, what, alignment, least);
    }

    /** A legacy device (4.1.2.1: these ids) has none of the structures; that is no defect of it. */
    private static DeviceAccessException missing(
            DeviceAccess device, PciCapabilities capabilities, Region config, String what) {
        int id = config.read16(PciHeader.DEVICE_ID);
        boolean legacy = id >= FIRST_TRANSITIONAL
                && id <= LAST_TRANSITIONAL
                && capabilities.findAll(PciCapability.VENDOR_SPECIFIC).isEmpty();
        if (!legacy) {
            return malformed(device, "it has no capability for " + what);
        }
        return new UnsupportedCapabilityException(Failure.during("find the virtio structures of " + device.address())
                .because("it is a legacy device, of virtio before 1.0: it has no capability for " + what + ", and this"
                        + " driver is for virtio 1 and later")
                .remedy("Let the hypervisor make a modern device (QEMU: disable-legacy=on,disable-modern=off)"));
    }

    private static Window window(
            DeviceAccess device, Region config, PciCapability capability, String what, int alignment, long least) {
        requireLength(device, config, capability, LEAST_LENGTH);
        int number = config.read8(capability.offset() + BAR);
        if (number > LAST_BAR) {
            // It was none of these when the capability was chosen: the device is gone, or lies.
            throw malformed(device, what + " is said to lie in BAR " + number);
        }
        RegionId bar = RegionId.bar(number);
        long offset = Integer.toUnsignedLong(config.read32(capability.offset() + OFFSET));
        long length = Integer.toUnsignedLong(config.read32(capability.offset() + LENGTH));
        long size = device.regions().stream()
                .filter(info -> info.id().equals(bar))
                .mapToLong(RegionInfo::size)
                .findFirst()
                .orElse(0);
        if (length < least || offset + length > size || offset % alignment != 0) {
            throw malformed(
                    device,
                    what + " is said to be " + length + " bytes at " + offset + " of " + bar + ", which has " + size
                            + " bytes; at least " + least + " at a multiple of " + alignment + " are needed");
        }
        return new Window(device.region(bar), offset, length);
    }

    private static void requireLength(DeviceAccess device, Region config, PciCapability capability, int least) {
        int length = config.read8(capability.offset() + CAP_LEN);
        if (length < least || capability.offset() + length > PciHeader.CONFIG_SIZE) {
            throw malformed(
                    device,
                    "the capability at 0x" + Integer.toHexString(capability.offset()) + " is " + length
                            + " bytes long, which is not at least " + least + " inside of configuration space");
        }
    }

    private static MalformedDeviceException malformed(DeviceAccess device, String detail) {
        return new MalformedDeviceException(Failure.during("find the virtio structures of " + device.address())
                .because(detail)
                .remedy("Reset the device; if it stays so, it is defective"));
    }
}
