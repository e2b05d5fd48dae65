// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;

/**
 * What {@link DmaSupport#map} demands of the caller's memory, in one place, so that the same memory gets the same answer
 * from every backend. Backends call it first of all.
 */
public final class CallerMemory {
    private CallerMemory() {}

    /**
     * Checks memory that is to be mapped.
     *
     * @param operation what is done, for errors, in the infinitive
     * @param memory the memory
     * @param direction what the device is to do with it
     * @param pageSize of {@link DmaLimits#pageSize()}, in bytes
     * @throws IllegalStateException if the memory is closed
     * @throws DmaMemoryException if it is on the Java heap, can be used by one thread only, or is read-only though the
     *     device is to write it
     * @throws DmaConstraintException if it is empty or does not consist of whole pages
     */
    public static void check(String operation, MemorySegment memory, DmaDirection direction, long pageSize) {
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("cannot " + operation + ": its arena is closed");
        }
        if (!memory.isNative()) {
            throw new DmaMemoryException(Failure.during(operation)
                    .because("it is memory of the Java heap, which the garbage collector moves")
                    .remedy("Use native memory: DmaSupport.allocate, or Arena.allocate with the alignment of a page"));
        }
        if (!memory.isAccessibleBy(new Thread(() -> {}))) {
            throw new DmaMemoryException(Failure.during(operation)
                    .because("its arena is confined to one thread, and a buffer is for any thread to use and to close")
                    .remedy("Allocate it from Arena.ofShared() or Arena.ofAuto()"));
        }
        if (memory.isReadOnly() && direction != DmaDirection.TO_DEVICE) {
            throw new DmaMemoryException(Failure.during(operation)
                    .because("the memory is read-only, and with the direction " + direction + " the device writes it")
                    .remedy("Use the direction TO_DEVICE, or memory that may be written"));
        }
        if (memory.byteSize() == 0 || memory.byteSize() % pageSize != 0 || memory.address() % pageSize != 0) {
            throw new DmaConstraintException(Failure.during(operation)
                    .because("its address 0x" + Long.toHexString(memory.address()) + " and its length "
                            + memory.byteSize() + " are not whole pages of " + pageSize + " bytes")
                    .remedy("Allocate it with Arena.allocate(size, " + pageSize + ") and a size of whole pages"));
        }
    }
}
