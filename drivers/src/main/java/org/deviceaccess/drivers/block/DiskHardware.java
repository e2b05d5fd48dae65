// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.jspecify.annotations.Nullable;

/**
 * A disk as far as devices differ: what a driver plugs into {@link RecoveringDisk}.
 *
 * <p>{@link #stop}, {@link #start}, {@link #sayFarewell}, {@link #ring}, {@link #abort} and {@link #release} are called by one
 * thread at a time; the others by any. The methods that touch the device throw
 * {@link org.deviceaccess.spi.error.DeviceTimeoutException} if it does not answer in time,
 * {@link org.deviceaccess.spi.error.DeviceFaultException} if it answers what it must not,
 * {@link org.deviceaccess.spi.error.DeviceLostException} if it is gone, and {@link IllegalStateException} if it is closed.
 */
public interface DiskHardware {
    /** Returns the open device. */
    DeviceAccess device();

    /** Returns how long a command may take. */
    Duration timeout();

    /** Brings the device to rest from any state: when this returns it reaches memory no more, and has forgotten its queues. */
    void stop();

    /**
     * Brings the device from rest into use, without a queue.
     *
     * @throws org.deviceaccess.spi.error.DeviceAccessException also if it is another device now than at the first start
     */
    void start();

    /** Tells a device that works that its driver is going, so that it can put its data away. Nothing by default. */
    default void sayFarewell() {}

    /** Returns why the device does not work any more, or {@code null} if it does. Reads a register at the most. */
    @Nullable
    String trouble();

    /** Returns what the disk is like; known after the first {@link #start}, and always the same. */
    BlockGeometry geometry();

    /** Returns what the device demands of a buffer for data. */
    DmaConstraints bufferConstraints();

    /** Returns how many queues the device has for commands, at least 1; they are numbered from 0. */
    int queues();

    /** Returns how many commands a queue can have under way, 1 to 32,768. */
    int depth();

    /**
     * Allocates what a queue needs; {@link CommandRing#create} lets the device use it.
     *
     * @param number which queue, 0 to {@link #queues} - 1, which has no ring at present
     * @param depth how many commands it can have under way
     * @param interrupt whether a thread will wait for its interrupt
     * @throws org.deviceaccess.spi.error.InterruptKindAbsentException if there is no interrupt
     * @throws org.deviceaccess.spi.error.DeviceBusyException if other queues have the interrupts there are
     */
    CommandRing ring(int number, int depth, boolean interrupt);

    /**
     * Asks the device to end a command early, which it may or may not do.
     *
     * @param number the command's queue
     * @param id its id
     * @return whether the device has such a request; false if it can only be stopped as a whole
     */
    default boolean abort(int number, int id) {
        return false;
    }

    /** Returns what a status that is not success means, in words: "unrecovered read error". */
    String words(int status);

    /** Disables all interrupts, which wakes who waits for one. Called when the driver is closed, whatever became of the device. */
    void closeInterrupts();

    /** Gives back all memory but that of the rings. The device is at rest, gone or closed. */
    void release();
}
