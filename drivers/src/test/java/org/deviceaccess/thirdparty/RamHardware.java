// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.thirdparty;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.deviceaccess.drivers.block.CommandRing;
import org.deviceaccess.drivers.block.DiskHardware;
import org.deviceaccess.drivers.block.RecoveringDisk;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.jspecify.annotations.Nullable;

/** A disk in memory, as somebody else would plug it into what is exported: with a device that is open, and not used. */
final class RamHardware implements DiskHardware {
    static final int BLOCK = 512;
    private static final long BLOCKS = 16_384;
    private static final int MOST = 64;

    final MemorySegment blocks = Arena.ofAuto().allocate(BLOCK * BLOCKS);
    private final DeviceAccess device;
    private final Duration timeout;
    private final int queues;
    private final int depth;
    /** What goes wrong when the device is started, told its farewell, asked what has ended, or given a queue. */
    Runnable atStart = () -> {};

    Runnable atFarewell = () -> {};
    Runnable atNext = () -> {};
    Runnable atRing = () -> {};
    Runnable atCreate = () -> {};
    /** Whether it ends no commands. */
    volatile boolean stalled;

    volatile boolean running;
    volatile int rings;

    RamHardware(DeviceAccess device, Duration timeout, int queues, int depth) {
        this.device = device;
        this.timeout = timeout;
        this.queues = queues;
        this.depth = depth;
    }

    @Override
    public DeviceAccess device() {
        return device;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public void start() {
        atStart.run();
        running = true;
    }

    @Override
    public void sayFarewell() {
        atFarewell.run();
    }

    @Override
    public @Nullable String trouble() {
        return running ? null : "it is not running";
    }

    @Override
    public BlockGeometry geometry() {
        return new BlockGeometry(
                BLOCK,
                BLOCKS,
                MOST,
                BLOCKS,
                false,
                true,
                RecoveringDisk.openQueues(queues),
                RecoveringDisk.openDepth(queues, depth));
    }

    @Override
    public DmaConstraints bufferConstraints() {
        return DmaConstraints.NONE;
    }

    @Override
    public int queues() {
        return queues;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public CommandRing ring(int number, int ringDepth, boolean interrupt) {
        if (interrupt) {
            throw new InterruptKindAbsentException(Failure.during("open a queue")
                    .because("memory does not interrupt")
                    .remedy("Use Waiting.POLLING"));
        }
        atRing.run();
        rings++;
        return new RamRing(this, ringDepth);
    }

    @Override
    public String words(int status) {
        return "status " + status;
    }

    @Override
    public void closeInterrupts() {}

    @Override
    public void release() {}
}
