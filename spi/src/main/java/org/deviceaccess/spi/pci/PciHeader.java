// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

import org.deviceaccess.spi.region.Region;

/** Offsets and bits of the configuration header, named as in linux/pci_regs.h. */
public final class PciHeader {
    /** Vendor id, 16 bits. */
    public static final int VENDOR_ID = 0x00;
    /** Device id, 16 bits. */
    public static final int DEVICE_ID = 0x02;
    /** Command register, 16 bits. */
    public static final int COMMAND = 0x04;
    /** Command: the function answers in I/O space. */
    public static final int COMMAND_IO = 0x1;
    /** Command: the function answers in memory space. */
    public static final int COMMAND_MEMORY = 0x2;
    /** Command: the function may do DMA and send messages. */
    public static final int COMMAND_MASTER = 0x4;
    /** Command: the function does not raise INTx. */
    public static final int COMMAND_INTX_DISABLE = 0x400;
    /** Status register, 16 bits. */
    public static final int STATUS = 0x06;
    /** Status: the function asserts INTx. */
    public static final int STATUS_INTERRUPT = 0x08;
    /** Status: there is a capability list. */
    public static final int STATUS_CAP_LIST = 0x10;
    /** Revision id, 8 bits; the class code lies in the three bytes above it. */
    public static final int CLASS_REVISION = 0x08;
    /** Header type, 8 bits; bit 7 says that the device has several functions. */
    public static final int HEADER_TYPE = 0x0e;
    /** First base address register, 32 bits. */
    public static final int BASE_ADDRESS_0 = 0x10;
    /** Subsystem vendor id, 16 bits. */
    public static final int SUBSYSTEM_VENDOR_ID = 0x2c;
    /** Subsystem id, 16 bits. */
    public static final int SUBSYSTEM_ID = 0x2e;
    /** Offset of the first capability, 8 bits. */
    public static final int CAPABILITY_LIST = 0x34;
    /** Interrupt pin, 8 bits: 0 none, 1 to 4 INTA to INTD. */
    public static final int INTERRUPT_PIN = 0x3d;
    /** Length of the header in bytes, where the capabilities can start. */
    public static final int LENGTH = 0x40;
    /** Length of conventional configuration space in bytes (PCI_CFG_SPACE_SIZE). */
    public static final int CONFIG_SIZE = 256;
    /** Length of PCI Express configuration space in bytes (PCI_CFG_SPACE_EXP_SIZE). */
    public static final int EXTENDED_CONFIG_SIZE = 4096;

    private PciHeader() {}

    /**
     * Reads the identification.
     *
     * @param config configuration space of an open device
     * @return what the function says it is
     */
    public static PciId readId(Region config) {
        int revisionAndClass = config.read32(CLASS_REVISION);
        return new PciId(
                config.read16(VENDOR_ID),
                config.read16(DEVICE_ID),
                config.read16(SUBSYSTEM_VENDOR_ID),
                config.read16(SUBSYSTEM_ID),
                revisionAndClass >>> 8,
                revisionAndClass & 0xff);
    }
}
