// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.function.Supplier;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.jspecify.annotations.Nullable;

/**
 * A disk on what differs from device to device, {@link DiskHardware}: a base class for drivers.
 *
 * <p>Safe for use by any thread. Synchronous operations are polled, on a queue of their own; a device of one queue lends it to
 * them and to one {@link BlockQueue} at a time, of a depth that leaves them room.
 *
 * <ul>
 *   <li>Each command ends in success, an error or a reset, within the driver's deadline and what stopping and starting the
 *       device may take. A command that is late is aborted where the device can do that, otherwise the device is reset, and
 *       where that does not help, the function ({@link org.deviceaccess.spi.Capability#RESET}).
 *   <li>A reset, also one by somebody else, ends the commands of all queues with
 *       {@link org.deviceaccess.spi.block.BlockStatus#ABORTED}, or {@code TIMED_OUT} for what was late. Queues go on after it.
 *       If it fails, all operations throw {@link org.deviceaccess.spi.error.ResetFailedException} from then on.
 *   <li>A command that the device says may succeed later is tried again, up to five times within the deadline.
 *   <li>Nothing returns or throws before the device reaches the buffers concerned no more, but
 *       {@code ResetFailedException}: then the device could not be stopped, and its memory is safe once the device is closed.
 * </ul>
 */
public abstract class RecoveringDisk implements BlockDevice {
    private final DiskHardware hardware;
    private final DriverClaim claim;
    private final DiskRecovery recovery;
    private final @Nullable SharedQueue shared;
    private final SynchronousCommands commands;

    /**
     * Brings the device into use.
     *
     * @param hardware the device, whose memory and interrupts are given back also if this throws
     * @param claim what the driver holds the device by; closed with the driver
     * @throws DeviceAccessException if the device does not become ready; a reset of its function was tried
     */
    protected RecoveringDisk(DiskHardware hardware, DriverClaim claim) {
        this.hardware = hardware;
        this.claim = claim;
        this.recovery = new DiskRecovery(hardware);
        try {
            recovery.begin();
            this.shared = hardware.queues() > 1
                    ? null
                    : new SharedQueue(recovery.name(), interrupt -> recovery.open(hardware.depth(), interrupt));
            WaitingQueue queue = shared == null ? recovery.open(1, false) : shared.synchronous();
            this.commands = new SynchronousCommands(queue, hardware.geometry());
        } catch (RuntimeException e) {
            try {
                recovery.close();
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /**
     * Returns how many queues an application can have open.
     *
     * @param queues how many the device has
     */
    public static int openQueues(int queues) {
        return Math.max(1, queues - 1);
    }

    /**
     * Returns how many commands a queue of an application can have under way.
     *
     * @param queues how many queues the device has
     * @param depth how many commands one of them can have under way
     */
    public static int openDepth(int queues, int depth) {
        return queues > 1 ? depth : Math.max(1, depth - 1);
    }

    /**
     * Does something with the device while nobody resets or closes it. If it is not done in time or answered as it must not
     * be, the device is reset.
     *
     * @throws IllegalStateException if the driver or the device is closed
     */
    protected final <T> T execute(Supplier<T> action) {
        return recovery.execute(action);
    }

    /**
     * Resets the device. Commands that are under way end as aborted; queues go on.
     *
     * @throws org.deviceaccess.spi.error.ResetFailedException if it does not come back
     * @throws IllegalStateException if the driver or the device is closed
     */
    public final void reset() {
        recovery.recover(recovery.settle(), "it was asked for");
    }

    @Override
    public final BlockGeometry geometry() {
        return hardware.geometry();
    }

    @Override
    public final DmaConstraints bufferConstraints() {
        return hardware.bufferConstraints();
    }

    @Override
    public final DmaBuffer allocate(long size) {
        return hardware.device().dma().allocate(size, hardware.bufferConstraints());
    }

    @Override
    public final void read(long lba, int blocks, DmaBuffer buffer, long offset) {
        commands.transfer(BlockOperation.READ, lba, blocks, buffer, offset);
    }

    @Override
    public final void write(long lba, int blocks, DmaBuffer buffer, long offset) {
        commands.transfer(BlockOperation.WRITE, lba, blocks, buffer, offset);
    }

    @Override
    public final void flush() {
        commands.flush();
    }

    @Override
    public final void trim(long lba, long blocks) {
        commands.trim(lba, blocks);
    }

    @Override
    public final BlockQueue openQueue(int depth, Waiting waiting) {
        int most = hardware.geometry().maxQueueDepth();
        if (depth < 1 || depth > most) {
            throw new IllegalArgumentException("the depth " + depth + " is not 1 to " + most);
        }
        boolean interrupt = waiting == Waiting.INTERRUPT;
        if (shared == null) {
            return recovery.open(depth, interrupt);
        }
        recovery.settle(); // throws unless the device works
        return shared.open(depth, interrupt);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Threads that wait throw {@link IllegalStateException} once the device is at rest; commands that are under way end
     * somehow. A second caller waits for the first.
     *
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the device does not come to rest. The driver is closed
     *     all the same, and memory that the device may still be using is left to the closing of the device, which stops its
     *     DMA first
     */
    @Override
    public final void close() {
        try {
            recovery.close();
        } finally {
            claim.close();
        }
    }
}
