// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Memory that both the JVM and the device can reach.
 *
 * <p>Safe for use by any thread. Lives until it or its device is closed.
 */
public interface DmaBuffer extends AutoCloseable {
    /**
     * Returns the memory as the JVM sees it; zeroed if it was allocated, the caller's own if it was mapped.
     *
     * <p>Accessible by any thread. After the buffer is closed, access to allocated memory throws
     * {@link IllegalStateException}.
     */
    MemorySegment memory();

    /** Returns the length in bytes, as it was asked for. */
    long size();

    /** Returns what the device may do with it. */
    DmaDirection direction();

    /**
     * Returns the pieces that are contiguous for the device, in the order of the buffer; exactly one unless the
     * constraints allowed more.
     */
    List<DmaSegment> segments();

    /**
     * Returns the address of the first byte as the device sees it, unsigned.
     *
     * @throws IllegalStateException if the buffer is closed
     */
    long deviceAddress();

    /**
     * Returns the address of a byte as the device sees it, unsigned. Allocates nothing.
     *
     * @param offset from the start of the buffer, 0 to size - 1
     * @throws IndexOutOfBoundsException if the offset is not inside the buffer
     * @throws IllegalStateException if the buffer is closed
     */
    long deviceAddress(long offset);

    /**
     * Takes the device's access away, then gives allocated memory back. Can be repeated without effect.
     *
     * @throws IllegalStateException if another thread is inside a native call or an I/O operation on the memory; then
     *     nothing was closed and the call can be repeated
     */
    @Override
    void close();
}
