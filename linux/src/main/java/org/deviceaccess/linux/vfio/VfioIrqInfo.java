// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct vfio_irq_info}: one kind of interrupt of a device.
 *
 * @param flags the {@code VFIO_IRQ_INFO} flags
 * @param count how many vectors there are, 0 if the device does not have the kind
 */
record VfioIrqInfo(int flags, int count) {
    static final long ARGSZ = 0;
    static final long FLAGS = 4;
    static final long INDEX = 8;
    static final long COUNT = 12;
    static final long SIZE = 16;

    static final int VFIO_IRQ_INFO_EVENTFD = 1;
    static final int VFIO_IRQ_INFO_MASKABLE = 1 << 1;
    static final int VFIO_IRQ_INFO_AUTOMASKED = 1 << 2;
    static final int VFIO_IRQ_INFO_NORESIZE = 1 << 3;

    static VfioIrqInfo decode(MemorySegment struct) {
        return new VfioIrqInfo(struct.get(JAVA_INT, FLAGS), struct.get(JAVA_INT, COUNT));
    }

    /** Returns whether the device has the kind and the kernel signals it through an eventfd. */
    boolean usable() {
        return count > 0 && (flags & VFIO_IRQ_INFO_EVENTFD) != 0;
    }

    boolean maskable() {
        return (flags & VFIO_IRQ_INFO_MASKABLE) != 0;
    }

    boolean autoMasked() {
        return (flags & VFIO_IRQ_INFO_AUTOMASKED) != 0;
    }
}
