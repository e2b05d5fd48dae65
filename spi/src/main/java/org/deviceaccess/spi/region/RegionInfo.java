// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import java.util.Set;

/**
 * What is known of a region before it is touched.
 *
 * @param id which region it is
 * @param size its length in bytes
 * @param space the address space it lies in
 * @param readable whether it can be read
 * @param writable whether it can be written
 * @param mapped whether accesses are plain memory accesses; otherwise each is a system call or a call into a model
 * @param widths the widths of access that the region can do in one transaction; never empty
 */
public record RegionInfo(
        RegionId id,
        long size,
        AddressSpace space,
        boolean readable,
        boolean writable,
        boolean mapped,
        Set<AccessWidth> widths) {

    /** The address spaces of PCI. */
    public enum AddressSpace {
        MEMORY,
        IO,
        CONFIGURATION
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the size is not positive or no width is given
     */
    public RegionInfo {
        if (size <= 0) {
            throw new IllegalArgumentException(id + " has the size " + size);
        }
        if (widths.isEmpty()) {
            throw new IllegalArgumentException(id + " has no width of access");
        }
        widths = Set.copyOf(widths);
    }

    /** Returns the same with another size, as a slice has it. */
    RegionInfo withSize(long newSize) {
        return new RegionInfo(id, newSize, space, readable, writable, mapped, widths);
    }
}
