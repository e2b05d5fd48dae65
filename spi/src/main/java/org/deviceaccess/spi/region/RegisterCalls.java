// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

/**
 * What serves the accesses to a region that is not mapped: system calls, port I/O, or a model of the device.
 *
 * <p>Called with accesses that are in bounds, aligned, of a width the region has and allowed by it. Implementations
 * are safe for use by several threads, allocate nothing, throw {@link IllegalStateException} once the device is closed
 * and {@link org.deviceaccess.spi.error.DeviceLostException} when it does not answer any more.
 */
public interface RegisterCalls {
    /**
     * Reads a register in one transaction.
     *
     * @param offset in bytes from the start of the region
     * @param width the width of the transaction
     * @return the value in the low bits, zeros above
     */
    long read(long offset, AccessWidth width);

    /**
     * Writes a register in one transaction.
     *
     * @param offset in bytes from the start of the region
     * @param width the width of the transaction
     * @param value the value in the low bits; what is above them is to be ignored
     */
    void write(long offset, AccessWidth width, long value);
}
