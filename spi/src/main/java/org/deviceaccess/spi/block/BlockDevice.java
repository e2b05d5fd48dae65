// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.block;

import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;

/**
 * A device of numbered blocks that is ready for use.
 *
 * <p>Safe for use by any thread. The operations wait until the device has done them, one after the other; who needs many
 * at a time opens a {@link BlockQueue} for each thread. A thread that is interrupted finishes the operation and stays
 * interrupted, as the device cannot be stopped in the middle of a block.
 *
 * <p>The operations throw {@link IndexOutOfBoundsException} if blocks or bytes lie outside of device or buffer,
 * {@link IllegalArgumentException} if the offset is not a multiple of 4,
 * {@link org.deviceaccess.spi.error.DmaUnreachableException} if the buffer was made for another device,
 * {@link org.deviceaccess.spi.error.DmaConstraintException} if the device cannot use the buffer,
 * {@link org.deviceaccess.spi.error.ReadOnlyException} if the device can only be read, and it would be written or trimmed,
 * {@link org.deviceaccess.spi.error.MediaErrorException} if the medium cannot be read or written there,
 * {@link org.deviceaccess.spi.error.CommandFailedException} if the device refuses for another reason,
 * {@link org.deviceaccess.spi.error.CommandAbortedException} if the device was reset meanwhile,
 * {@link org.deviceaccess.spi.error.DeviceTimeoutException} if it is not done within the driver's deadline,
 * {@link org.deviceaccess.spi.error.DeviceFaultException} if it answers what it must not,
 * {@link org.deviceaccess.spi.error.ResetFailedException} if it could not be brought back after such an answer,
 * {@link org.deviceaccess.spi.error.DeviceLostException} if it is gone, and {@link IllegalStateException} if the driver
 * or the device is closed. Nothing is thrown before the device reaches the buffer no more, but
 * {@code ResetFailedException}: such a device may not have been stopped, and its memory is safe once the device is closed.
 */
public interface BlockDevice extends Driver {
    /** Returns what the device is like. */
    BlockGeometry geometry();

    /** Returns what the device demands of a buffer for its data; any number of pieces is allowed. */
    DmaConstraints bufferConstraints();

    /**
     * Allocates a buffer for data, which the caller closes.
     *
     * @param size in bytes, at least 1
     * @throws org.deviceaccess.spi.error.DeviceAccessException what
     *     {@link org.deviceaccess.spi.dma.DmaSupport#allocate} throws
     */
    DmaBuffer allocate(long size);

    /**
     * Reads blocks.
     *
     * @param lba the first block
     * @param blocks how many; nothing is done for 0. More than one command can transfer are read by several
     * @param buffer what is filled, of {@link #allocate} or {@link #bufferConstraints}
     * @param offset where in the buffer the first block goes, in bytes, a multiple of 4
     */
    void read(long lba, int blocks, DmaBuffer buffer, long offset);

    /**
     * Writes blocks.
     *
     * @param lba the first block
     * @param blocks how many; nothing is done for 0. More than one command can transfer are written by several
     * @param buffer what is written, of {@link #allocate} or {@link #bufferConstraints}
     * @param offset where in the buffer the first block is, in bytes, a multiple of 4
     */
    void write(long lba, int blocks, DmaBuffer buffer, long offset);

    /** Makes what was written safe from a loss of power. */
    void flush();

    /**
     * Lets the device forget blocks, whose content is undefined from then on.
     *
     * @param lba the first block
     * @param blocks how many; nothing is done for 0
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if {@link BlockGeometry#trim()} is false
     */
    void trim(long lba, long blocks);

    /**
     * Opens a queue for one thread.
     *
     * @param depth how many commands it can have under way, 1 to {@link BlockGeometry#maxQueueDepth()}
     * @param waiting how {@link BlockQueue#await} waits
     * @throws IllegalArgumentException if the depth is out of range
     * @throws org.deviceaccess.spi.error.DeviceBusyException if {@link BlockGeometry#maxQueues()} are open, or more wait
     *     by interrupt than the device has vectors
     * @throws org.deviceaccess.spi.error.InterruptKindAbsentException if the backend delivers no interrupt for it
     * @throws org.deviceaccess.spi.error.DeviceAccessException what the allocation of its memory throws
     */
    BlockQueue openQueue(int depth, Waiting waiting);
}
