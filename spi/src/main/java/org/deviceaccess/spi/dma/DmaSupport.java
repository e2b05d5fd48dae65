// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

import java.lang.foreign.MemorySegment;

/**
 * Makes memory reachable for one device. Safe for use by any thread.
 *
 * <p>Allocating and mapping are calls into the kernel: a driver makes few, large buffers when it starts and divides
 * them, never one for each request.
 */
public interface DmaSupport {
    /** Returns what the platform can do. */
    DmaLimits limits();

    /**
     * Allocates zeroed memory, locked in place, that the device can reach.
     *
     * <p>Behind an IOMMU, addresses that few bits reach are left to those who ask for few: a request gets others as long
     * as others suit it.
     *
     * @param size in bytes, at least 1; what is mapped is rounded up to whole pages
     * @param constraints what the device demands
     * @return the buffer
     * @throws org.deviceaccess.spi.error.DmaConstraintException if the size is not positive, or the constraints clash
     *     with the limits; the message names which
     * @throws org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException if all suitable addresses are taken
     * @throws org.deviceaccess.spi.error.DmaMappingLimitException if the number of mappings is used up
     * @throws org.deviceaccess.spi.error.MemlockLimitException if the limit of locked memory is too small
     * @throws org.deviceaccess.spi.error.HugepagesMissingException if the backend needs hugepages and has too few
     * @throws org.deviceaccess.spi.error.DmaMemoryException if there is no memory
     * @throws IllegalStateException if the device is closed
     */
    DmaBuffer allocate(long size, DmaConstraints constraints);

    /**
     * Lets the device reach memory that the caller has.
     *
     * <p>The memory stays the caller's: closing the buffer takes the device's access away and leaves the memory. The
     * caller keeps it alive until the buffer is closed.
     *
     * <p>Memory of a confined arena is refused, also in the thread that owns it: a buffer is for any thread to use and
     * to close, and a device that is a program (a simulated one) reaches memory in a thread of its own.
     *
     * @param memory native memory that any thread may use, whose address and length are multiples of
     *     {@link DmaLimits#pageSize()}; may be read-only if the direction is {@link DmaDirection#TO_DEVICE}
     * @param constraints what the device demands
     * @return the buffer
     * @throws org.deviceaccess.spi.error.DmaConstraintException if the memory is empty or not aligned to pages, or the
     *     constraints clash with the limits
     * @throws org.deviceaccess.spi.error.DmaMemoryException if the memory is not native memory, is confined to one
     *     thread, is read-only though the device is to write it, or cannot be pinned
     * @throws org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException if all suitable addresses are taken
     * @throws org.deviceaccess.spi.error.DmaMappingLimitException if the number of mappings is used up
     * @throws org.deviceaccess.spi.error.MemlockLimitException if the limit of locked memory is too small
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the backend cannot map memory of others
     * @throws IllegalStateException if the device or the memory is closed
     */
    DmaBuffer map(MemorySegment memory, DmaConstraints constraints);

    /**
     * Returns whether the device can reach a buffer: whether it was allocated or mapped here. The addresses of another
     * device's buffer mean other memory to this device, or none. A driver asks this of each buffer that it is handed, so it
     * allocates nothing and takes no lock.
     *
     * @param buffer a buffer of any device; one that is closed is answered as it was when it was open
     */
    boolean reaches(DmaBuffer buffer);
}
