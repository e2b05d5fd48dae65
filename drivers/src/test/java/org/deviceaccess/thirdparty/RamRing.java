// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.thirdparty;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.drivers.block.BlockOperation;
import org.deviceaccess.drivers.block.CommandRing;
import org.deviceaccess.drivers.block.CommandSlots;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.jspecify.annotations.Nullable;

/** A queue of the disk in memory: a command is done when it is published. */
final class RamRing implements CommandRing {
    private record Command(
            int slot,
            BlockOperation operation,
            long at,
            @Nullable MemorySegment data) {}

    private final RamHardware hardware;
    private final @Nullable Command[] put;
    private final int[] ended;
    private int putCount;
    private int endedCount;

    RamRing(RamHardware hardware, int depth) {
        this.hardware = hardware;
        this.put = new Command[depth];
        this.ended = new int[depth];
    }

    @Override
    public boolean put(
            int slot,
            int id,
            BlockOperation operation,
            long lba,
            long blocks,
            @Nullable DmaBuffer buffer,
            long offset) {
        MemorySegment data = buffer == null ? null : buffer.memory().asSlice(offset, blocks * RamHardware.BLOCK);
        put[putCount] = new Command(slot, operation, lba * RamHardware.BLOCK, data);
        putCount++;
        return true;
    }

    @Override
    public void publish() {
        if (hardware.stalled) {
            return;
        }
        for (int i = 0; i < putCount; i++) {
            Command command = put[i];
            if (command.data() != null) {
                MemorySegment place =
                        hardware.blocks.asSlice(command.at(), command.data().byteSize());
                if (command.operation() == BlockOperation.WRITE) {
                    place.copyFrom(command.data());
                } else {
                    command.data().copyFrom(place);
                }
            }
            ended[endedCount] = command.slot();
            endedCount++;
        }
        putCount = 0;
    }

    @Override
    public int next(CommandSlots slots) {
        hardware.atNext.run();
        if (endedCount == 0) {
            return -1;
        }
        endedCount--;
        int slot = ended[endedCount];
        return slots.isWithDevice(slot) ? slot : -1;
    }

    @Override
    public int status() {
        return 0;
    }

    @Override
    public void release() {}

    @Override
    public BlockStatus classify(int status) {
        return BlockStatus.FAILED;
    }

    @Override
    public boolean arm() {
        return endedCount > 0;
    }

    @Override
    public void disarm() {}

    @Override
    public void await(long nanos) {}

    @Override
    public void create() {
        hardware.atCreate.run();
        putCount = 0;
        endedCount = 0;
    }

    @Override
    public boolean stopsAlone() {
        return true;
    }

    @Override
    public void delete() {
        putCount = 0;
        endedCount = 0;
    }

    @Override
    public void close() {
        hardware.rings--;
    }
}
