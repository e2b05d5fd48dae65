// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** {@code struct vfio_region_info_cap_sparse_mmap}: only parts of the region can be mapped. */
final class VfioRegionInfoCapSparseMmap {
    static final int VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1;

    static final long HEADER = 0;
    static final long NR_AREAS = 8;
    static final long AREAS = 16;
    static final long SIZE = 16;

    private VfioRegionInfoCapSparseMmap() {}
}
