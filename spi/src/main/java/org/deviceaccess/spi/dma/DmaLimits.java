// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

import java.util.List;

/**
 * What the platform can do for DMA of one device.
 *
 * @param addressKind what a device address is
 * @param ranges the device addresses that can be used at all, ascending
 * @param pageSizes the sizes of page that can be mapped, as a bit mask: bit 12 stands for 4 KiB pages; as
 *     {@code iova_pgsizes} of linux/vfio.h
 * @param pageSize the smallest of them in bytes: a mapping starts at and is a multiple of it
 * @param maxMappings how many mappings there can be at a time; {@link Long#MAX_VALUE} where no limit is known
 * @param coherent whether the device sees the CPU's caches, so that no flushing is needed; always true on x86-64
 */
public record DmaLimits(
        AddressKind addressKind,
        List<AddressRange> ranges,
        long pageSizes,
        long pageSize,
        long maxMappings,
        boolean coherent) {
    /** Copies the list. */
    public DmaLimits {
        ranges = List.copyOf(ranges);
    }
}
