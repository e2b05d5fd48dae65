// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of a device as far as devices differ: how commands are written, how their ends are read, and how the device is
 * told. What all have in common, which commands are under way, deadlines, recovery and closing, is around it.
 *
 * <p>Used by one thread at a time, which is inside the queue or has kept everybody out of it. Only {@link #await} is called
 * from outside. Nothing but making it, {@link #create}, {@link #delete} and {@link #close} allocates memory or waits.
 *
 * <p>The methods throw {@link org.deviceaccess.spi.error.DeviceLostException} if the device is gone, and
 * {@link IllegalStateException} if it is closed.
 */
public interface CommandRing {
    /**
     * Writes the command of a slot, which the device learns of by {@link #publish}.
     *
     * @param slot the slot, whose earlier command has ended
     * @param id the command's id, as {@link CommandSlots} counts them
     * @param operation what it does; what it names was checked against the geometry
     * @param lba the first block
     * @param blocks how many
     * @param buffer the data, or {@code null} where there is none
     * @param offset where the data is in the buffer, in bytes
     * @return whether the device is to do it; false if there is nothing to do, and it is done
     * @throws org.deviceaccess.spi.error.DmaConstraintException if the device cannot use the buffer; then nothing was written
     */
    boolean put(
            int slot, int id, BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset);

    /**
     * Writes the command of a slot once more, as it was; called where a status {@linkplain #maySucceedLater invites} to it.
     *
     * @param slot the slot, whose command has ended
     * @param id the command's new id
     */
    default void putAgain(int slot, int id) {
        throw new UnsupportedOperationException("no status of this device invites to try again");
    }

    /** Hands what was written to the device. */
    void publish();

    /**
     * Takes the next command that has ended.
     *
     * @param slots the commands that are under way
     * @return its slot, or -1 if none has ended
     * @throws org.deviceaccess.spi.error.DeviceFaultException if the device says that something ended which is not under way
     */
    int next(CommandSlots slots);

    /** Returns what the device said of the command that {@link #next} took, in its own terms; 0 for success. */
    int status();

    /** Lets the device use the room again that the ended commands took. */
    void release();

    /** Returns what a status that is not success means. */
    BlockStatus classify(int status);

    /** Returns whether a status that is not success says that the same command may succeed later. False by default. */
    default boolean maySucceedLater(int status) {
        return false;
    }

    /** Asks for an interrupt when the next command ends; returns whether one has already, for which none may come. */
    boolean arm();

    /** Asks for no more interrupts, as far as the device honours that. */
    void disarm();

    /**
     * Sleeps until the device interrupts, or a time is over; may return early.
     *
     * @param nanos how long at the most, in nanoseconds
     */
    void await(long nanos) throws InterruptedException;

    /** Empties the queue and makes the device use it. The device does not know it, or was reset since it did. */
    void create();

    /** Returns whether the device can stop this queue alone, by {@link #delete}; false if it can only be stopped as a whole. */
    boolean stopsAlone();

    /** Makes the device use the queue no more, which stops its commands; called where it {@linkplain #stopsAlone can}. */
    void delete();

    /** Gives memory and interrupt back. The device does not use the queue any more. */
    void close();
}
