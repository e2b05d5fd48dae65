// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.block;

import java.time.Duration;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;

/**
 * Many commands at a time, for one thread.
 *
 * <p>Used by one thread at a time; two queues of one device are independent of each other. Nothing but {@link #close}
 * and {@link #failure} allocates memory. Commands are done in any order: one that depends on another is submitted after
 * the other was reported.
 *
 * <p>Submitting collects commands; {@link #start}, {@link #poll} and {@link #await} hand them to the device together.
 *
 * <p>All methods throw {@link IllegalStateException} once the queue, its driver or the device is closed,
 * {@link org.deviceaccess.spi.error.DeviceLostException} if the device is gone,
 * {@link org.deviceaccess.spi.error.DeviceFaultException} if it answers what it must not, and
 * {@link org.deviceaccess.spi.error.ResetFailedException} if it could not be brought back after that. Nothing but the last is
 * thrown before the device reaches the buffers of the commands under way no more. Those that submit throw
 * {@link IndexOutOfBoundsException} if blocks or bytes lie outside of device or buffer,
 * {@link IllegalArgumentException} if the blocks are none or more than a command can have, or the offset is not a
 * multiple of 4, {@link org.deviceaccess.spi.error.DmaUnreachableException} if the buffer was made for another device,
 * {@link org.deviceaccess.spi.error.DmaConstraintException} if the device cannot use the buffer, and
 * {@link org.deviceaccess.spi.error.ReadOnlyException} if the device can only be read; then nothing was submitted.
 */
public interface BlockQueue extends AutoCloseable {
    /** Returns how many commands can be under way. */
    int depth();

    /** Returns how many commands are submitted and not reported. */
    int underWay();

    /**
     * Submits a read.
     *
     * @param lba the first block
     * @param blocks how many, 1 to {@link BlockGeometry#maxTransferBlocks()}
     * @param buffer what is filled, of {@link BlockDevice#allocate} or {@link BlockDevice#bufferConstraints}
     * @param offset where in the buffer the first block goes, in bytes, a multiple of 4
     * @param token what the command is reported with
     * @return whether it was submitted; false if {@link #depth} commands are under way
     */
    boolean submitRead(long lba, int blocks, DmaBuffer buffer, long offset, long token);

    /**
     * Submits a write.
     *
     * @param lba the first block
     * @param blocks how many, 1 to {@link BlockGeometry#maxTransferBlocks()}
     * @param buffer what is written, of {@link BlockDevice#allocate} or {@link BlockDevice#bufferConstraints}
     * @param offset where in the buffer the first block is, in bytes, a multiple of 4
     * @param token what the command is reported with
     * @return whether it was submitted; false if {@link #depth} commands are under way
     */
    boolean submitWrite(long lba, int blocks, DmaBuffer buffer, long offset, long token);

    /**
     * Submits a flush: what was reported as written before is safe from a loss of power once it is done.
     *
     * @param token what the command is reported with
     * @return whether it was submitted; false if {@link #depth} commands are under way
     */
    boolean submitFlush(long token);

    /**
     * Submits a trim: the device may forget the blocks.
     *
     * @param lba the first block
     * @param blocks how many, 1 to {@link BlockGeometry#maxTrimBlocks()}
     * @param token what the command is reported with
     * @return whether it was submitted; false if {@link #depth} commands are under way
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if {@link BlockGeometry#trim()} is false
     */
    boolean submitTrim(long lba, long blocks, long token);

    /** Hands what was submitted to the device. */
    void start();

    /**
     * Starts what was submitted and reports what has ended, without waiting.
     *
     * <p>By the clock it looks for commands that take too long: such a command is aborted, and if that does not help the
     * device is reset, which ends all commands of all queues. What a completion submits in this call is reported by a later one.
     * If a completion throws, this call does too, and what was not reported is reported by the next.
     *
     * @throws IllegalStateException also if it is called by a completion of this queue
     *
     * @param completion is told of each command, in this call
     * @return how many commands were reported
     */
    int poll(BlockCompletion completion);

    /**
     * Starts what was submitted, waits until at least one command has ended, and reports all that have. With nothing under way
     * there is nothing to wait for.
     *
     * @param timeout how long to wait at the most; zero or less looks once
     * @param completion is told of each command, in this call
     * @return how many commands were reported; 0 when the time is over or nothing is under way
     * @throws InterruptedException if the thread is interrupted before or while it waits; no command is lost by it
     */
    int await(Duration timeout, BlockCompletion completion) throws InterruptedException;

    /**
     * Returns the exception for a command that did not succeed, with the device's status in words.
     *
     * @param operation what was tried, in the infinitive: "write 8 blocks at 64"
     * @param status how it ended, not {@link BlockStatus#SUCCESS}
     * @param deviceStatus what {@link BlockCompletion#completed} was told
     */
    DeviceAccessException failure(String operation, BlockStatus status, int deviceStatus);

    /**
     * Gives the queue back. Commands that are under way are stopped and not reported any more; their buffers are the
     * caller's again when this returns. Can be repeated without effect.
     */
    @Override
    void close();
}
