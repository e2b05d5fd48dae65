// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.HexFormat;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;

/** Where a device's structures are in its BAR, and the capabilities that say so (virtio 1.2, 4.1.2 and 4.1.4). */
final class PciLayout {
    /** Where the ISR status is; the common configuration is before it. */
    static final int ISR = 0x1000;
    /** Where the configuration of the type of device is. */
    static final int SPECIFIC = 0x2000;
    /** Where queues are notified. */
    static final int NOTIFY = 0x3000;
    /** How far apart the queues' places there are. */
    static final int NOTIFY_MULTIPLIER = 4;

    private static final int BAR = 4;
    private static final int BAR_SIZE = 0x4000;
    private static final int STRUCTURE = 0x1000;
    private static final int COMMON_CFG = 1;
    private static final int NOTIFY_CFG = 2;
    private static final int ISR_CFG = 3;
    private static final int DEVICE_CFG = 4;
    private static final int VENDOR = 0x1af4;
    private static final int FIRST_DEVICE = 0x1040;
    private static final int SUBSYSTEM = 0x1100;
    private static final int REVISION = 1;

    private PciLayout() {}

    /** Returns a function for a type of device, without interrupts. */
    static PciFunction function(DeviceType type) {
        PciId id = new PciId(VENDOR, FIRST_DEVICE + type.number(), VENDOR, SUBSYSTEM, type.classCode(), REVISION);
        return PciFunction.of(id)
                .withMemory(BAR, BAR_SIZE, AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32)
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(COMMON_CFG, 0, ""))
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(ISR_CFG, ISR, ""))
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(DEVICE_CFG, SPECIFIC, ""))
                .withCapability(
                        PciCapability.VENDOR_SPECIFIC, capability(NOTIFY_CFG, NOTIFY, dword(NOTIFY_MULTIPLIER)));
    }

    /** Returns what follows id and link: length, type, BAR, padding, offset, length of the structure, and more. */
    private static String capability(int structure, int offset, String more) {
        int length = 16 + more.length() / 2;
        return HexFormat.of().toHexDigits((byte) length)
                + HexFormat.of().toHexDigits((byte) structure)
                + HexFormat.of().toHexDigits((byte) BAR)
                + "000000"
                + dword(offset)
                + dword(STRUCTURE)
                + more;
    }

    private static String dword(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }
}
