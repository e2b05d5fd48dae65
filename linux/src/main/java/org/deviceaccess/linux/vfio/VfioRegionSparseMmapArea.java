// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** {@code struct vfio_region_sparse_mmap_area}: one part of a region that can be mapped. */
final class VfioRegionSparseMmapArea {
    static final long OFFSET = 0;
    static final long MEMBER_SIZE = 8;
    static final long SIZE = 16;

    private VfioRegionSparseMmapArea() {}
}
