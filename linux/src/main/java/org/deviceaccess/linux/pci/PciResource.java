// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import org.deviceaccess.spi.region.RegionId;

/**
 * A range of addresses that a function answers to.
 *
 * @param id the BAR, or the ROM
 * @param start its physical address or I/O port
 * @param size in bytes, positive
 * @param flags {@code IORESOURCE_*} of linux/ioport.h
 */
public record PciResource(RegionId id, long start, long size, long flags) {
    /** I/O ports. */
    public static final long IORESOURCE_IO = 0x100;
    /** Memory. */
    public static final long IORESOURCE_MEM = 0x200;
    /** Reading has no side effects. */
    public static final long IORESOURCE_PREFETCH = 0x2000;
    /** Neither the firmware nor the kernel has found addresses for it. */
    public static final long IORESOURCE_UNSET = 0x2000_0000;
    /** The range may lie above 4 GiB. */
    public static final long IORESOURCE_MEM_64 = 0x10_0000;

    /** Returns whether these are I/O ports. */
    public boolean isIo() {
        return (flags & IORESOURCE_IO) != 0;
    }

    /** Returns whether it has addresses. */
    public boolean isPlaced() {
        return (flags & IORESOURCE_UNSET) == 0;
    }

    /** Returns whether this is memory. */
    public boolean isMemory() {
        return (flags & IORESOURCE_MEM) != 0;
    }

    /** Returns whether reading has no side effects. */
    public boolean isPrefetchable() {
        return (flags & IORESOURCE_PREFETCH) != 0;
    }
}
