// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

/**
 * An entry of one of the two capability lists.
 *
 * @param id the capability id, 8 bits in the conventional list, 16 in the extended one
 * @param offset where it starts in configuration space, in bytes
 * @param extended which list it is in
 * @param version the version of an extended capability, 4 bits; 0 in the conventional list
 */
public record PciCapability(int id, int offset, boolean extended, int version) {
    /** Conventional: power management (PCI_CAP_ID_PM). */
    public static final int POWER_MANAGEMENT = 0x01;
    /** Conventional: message signalled interrupts (PCI_CAP_ID_MSI). */
    public static final int MSI = 0x05;
    /** Conventional: vendor-specific, as virtio uses it (PCI_CAP_ID_VNDR). */
    public static final int VENDOR_SPECIFIC = 0x09;
    /** Conventional: PCI Express (PCI_CAP_ID_EXP). */
    public static final int PCI_EXPRESS = 0x10;
    /** Conventional: MSI-X (PCI_CAP_ID_MSIX). */
    public static final int MSIX = 0x11;
}
