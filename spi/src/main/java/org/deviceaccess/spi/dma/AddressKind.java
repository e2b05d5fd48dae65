// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

/** What a device address is. */
public enum AddressKind {
    /** An I/O virtual address, translated and checked by an IOMMU. */
    IOVA,
    /** A physical address, which nothing checks. */
    PHYSICAL
}
