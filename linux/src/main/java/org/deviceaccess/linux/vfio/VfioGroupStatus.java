// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** {@code struct vfio_group_status}: whether an IOMMU group can be used. */
final class VfioGroupStatus {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long SIZE = 8;

    static final int VFIO_GROUP_FLAGS_VIABLE = 1;
    static final int VFIO_GROUP_FLAGS_CONTAINER_SET = 1 << 1;

    private VfioGroupStatus() {}

    static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }
}
