// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct vfio_device_info}: what a device has.
 *
 * <p>Without a size of its own: headers of different age end differently after the members here, and the kernel asks
 * for no more than these.
 *
 * @param flags the {@code VFIO_DEVICE_FLAGS}
 * @param numRegions the highest region index + 1
 * @param numIrqs the highest interrupt index + 1
 */
record VfioDeviceInfo(int flags, int numRegions, int numIrqs) {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long NUM_REGIONS = 8;
    static final long NUM_IRQS = 12;
    static final long CAP_OFFSET = 16;

    static final int VFIO_DEVICE_FLAGS_RESET = 1;
    static final int VFIO_DEVICE_FLAGS_PCI = 1 << 1;

    static VfioDeviceInfo decode(MemorySegment struct) {
        return new VfioDeviceInfo(
                struct.get(JAVA_INT, FLAGS), struct.get(JAVA_INT, NUM_REGIONS), struct.get(JAVA_INT, NUM_IRQS));
    }

    boolean canReset() {
        return (flags & VFIO_DEVICE_FLAGS_RESET) != 0;
    }

    boolean isPci() {
        return (flags & VFIO_DEVICE_FLAGS_PCI) != 0;
    }
}
