// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.util.Locale;
import java.util.Objects;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.deviceaccess.spi.error.Failure;

/**
 * One copy between a buffer in memory and the buffer in the device.
 *
 * @param memory the buffer in memory
 * @param offset where in it, in bytes
 * @param deviceOffset where in the device's buffer, in bytes
 * @param length how many bytes
 * @param toMemory whether the device writes the memory; otherwise it reads it
 */
record EduTransfer(DmaBuffer memory, long offset, long deviceOffset, long length, boolean toMemory) {
    /** Where the device's buffer is for its own DMA engine ("DMA controller"). */
    static final long BUFFER_ADDRESS = 0x40000;

    EduTransfer {
        checkDeviceRange(deviceOffset, length);
        Objects.checkFromIndexSize(offset, length, memory.size());
    }

    static void checkDeviceRange(long deviceOffset, long length) {
        Objects.checkFromIndexSize(deviceOffset, length, EduDevice.BUFFER_SIZE);
    }

    /** Checks that the device can reach the memory, and may: it cuts off address bits that it does not drive. */
    void check(DmaSupport dma, DmaConstraints constraints) {
        if (!dma.reaches(memory)) {
            throw new DmaUnreachableException(Failure.during(Engine.DMA.task())
                    .because("the buffer was made for another device, whose addresses mean other memory to this one")
                    .remedy("Allocate it with DeviceAccess.dma() of this device and EduDevice.dmaConstraints()"));
        }
        DmaDirection forbidden = toMemory ? DmaDirection.TO_DEVICE : DmaDirection.FROM_DEVICE;
        if (memory.direction() == forbidden) {
            throw clash("the buffer is " + memory.direction() + ", and the device would "
                    + (toMemory ? "write" : "read") + " it");
        }
        for (DmaSegment segment : memory.segments()) {
            long last = segment.deviceAddress() + segment.length() - 1;
            if (Long.compareUnsigned(last, constraints.highestAddress()) > 0) {
                throw clash(String.format(
                        Locale.ROOT,
                        "the buffer reaches up to 0x%x, and the device drives %d bits of address",
                        last,
                        constraints.addressBits()));
            }
        }
    }

    private static DmaConstraintException clash(String detail) {
        return new DmaConstraintException(Failure.during(Engine.DMA.task())
                .because(detail)
                .remedy("Allocate the buffer with EduDevice.dmaConstraints()"));
    }

    /** Returns how many bytes from a position on, 0 to length - 1, can be copied at once: up to the end of the piece. */
    long contiguousFrom(long position) {
        long start = offset + position;
        for (DmaSegment segment : memory.segments()) {
            long end = segment.offset() + segment.length();
            if (start < end) {
                return Math.min(length - position, end - start);
            }
        }
        throw new IllegalStateException(
                "the pieces " + memory.segments() + " do not cover " + memory.size() + " bytes");
    }

    long memoryAddress(long position) {
        return memory.deviceAddress(offset + position);
    }

    long deviceAddress(long position) {
        return BUFFER_ADDRESS + deviceOffset + position;
    }
}
