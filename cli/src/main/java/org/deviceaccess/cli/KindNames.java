// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import org.deviceaccess.spi.pci.PciId;
import org.jspecify.annotations.Nullable;

/** What a device is, in words: what its class says, or its ids where the class says nothing. */
final class KindNames {
    private static final int UNCLASSIFIED = 0x00;
    private static final int UNASSIGNED = 0xff;
    // virtio 1.2, 4.1.2
    private static final int VIRTIO = 0x1af4;
    private static final int TRANSITIONAL = 0x1000;
    private static final int MODERN = 0x1040;
    private static final int LAST = 0x107f;

    private KindNames() {}

    static String of(PciId id) {
        int base = id.classCode() >>> 16;
        if (base == UNCLASSIFIED || base == UNASSIGNED) {
            String known = byIds(id);
            if (known != null) {
                return known;
            }
        }
        return PciNames.baseClass(id.classCode());
    }

    private static @Nullable String byIds(PciId id) {
        if (id.vendor() == VIRTIO && id.device() >= TRANSITIONAL && id.device() <= LAST) {
            // A transitional device has its type as its subsystem id.
            return virtio(id.device() >= MODERN ? id.device() - MODERN : id.subsystem());
        }
        // QEMU docs/specs/edu.rst
        return id.is(0x1234, 0x11e8) ? "educational" : null;
    }

    /** Returns what a type of virtio device is (virtio 1.2, 5), or {@code null} if it is not known. */
    private static @Nullable String virtio(int type) {
        return switch (type) {
            case 1 -> "network";
            case 2 -> "block";
            case 3 -> "console";
            case 4 -> "entropy";
            case 5, 13 -> "memory balloon";
            case 6 -> "I/O memory";
            case 7 -> "remote processor messaging";
            case 8 -> "SCSI host";
            case 9 -> "9P transport";
            case 10, 29 -> "wireless network";
            case 11 -> "remote processor serial";
            case 12 -> "CAIF";
            case 16 -> "GPU";
            case 17 -> "clock";
            case 18 -> "input";
            case 19 -> "socket";
            case 20 -> "crypto";
            case 21 -> "signal distribution";
            case 22 -> "persistent store";
            case 23 -> "IOMMU";
            case 24 -> "memory";
            case 25 -> "sound";
            case 26 -> "file system";
            case 27 -> "persistent memory";
            case 28 -> "replay-protected memory";
            case 30 -> "video encoder";
            case 31 -> "video decoder";
            case 32 -> "system control";
            case 33 -> "security module";
            case 34 -> "I2C adapter";
            case 35 -> "watchdog";
            case 36 -> "CAN";
            case 38 -> "parameter server";
            case 39 -> "audio policy";
            case 40 -> "Bluetooth";
            case 41 -> "GPIO";
            case 42 -> "RDMA";
            default -> null;
        };
    }
}
