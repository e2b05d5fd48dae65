// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct vfio_region_info}: one region of a device.
 *
 * @param flags the {@code VFIO_REGION_INFO_FLAG}s
 * @param capOffset where the capability chain starts in the structure, 0 if there is none
 * @param size the region's length in bytes, 0 if the device does not have it
 * @param offset where the region starts in the device's file
 */
record VfioRegionInfo(int flags, int capOffset, long size, long offset) {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long INDEX = 8;
    static final long CAP_OFFSET = 12;
    static final long MEMBER_SIZE = 16;
    static final long OFFSET = 24;
    static final long SIZE = 32;

    static final int VFIO_REGION_INFO_FLAG_READ = 1;
    static final int VFIO_REGION_INFO_FLAG_WRITE = 1 << 1;
    static final int VFIO_REGION_INFO_FLAG_MMAP = 1 << 2;
    static final int VFIO_REGION_INFO_FLAG_CAPS = 1 << 3;

    /** The id of the capability without contents: the pages of the MSI-X table can be mapped. */
    static final int VFIO_REGION_INFO_CAP_MSIX_MAPPABLE = 3;

    static VfioRegionInfo decode(MemorySegment struct) {
        int flags = struct.get(JAVA_INT, FLAGS);
        boolean caps = (flags & VFIO_REGION_INFO_FLAG_CAPS) != 0;
        return new VfioRegionInfo(
                flags,
                caps ? struct.get(JAVA_INT, CAP_OFFSET) : 0,
                struct.get(JAVA_LONG, MEMBER_SIZE),
                struct.get(JAVA_LONG, OFFSET));
    }

    boolean readable() {
        return (flags & VFIO_REGION_INFO_FLAG_READ) != 0;
    }

    boolean writable() {
        return (flags & VFIO_REGION_INFO_FLAG_WRITE) != 0;
    }

    boolean mappable() {
        return (flags & VFIO_REGION_INFO_FLAG_MMAP) != 0;
    }
}
