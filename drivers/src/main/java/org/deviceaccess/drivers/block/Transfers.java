// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.Objects;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/** Finds what is wrong with a request before anything is taken for it. Allocates nothing for one that is right. */
public final class Transfers {
    private Transfers() {}

    /** Checks a read or a write of one command. */
    public static void check(
            BlockGeometry geometry, boolean write, long lba, int blocks, DmaBuffer buffer, long offset) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        Objects.checkFromIndexSize(offset, (long) blocks * geometry.blockSize(), buffer.size());
        if (blocks < 1 || blocks > geometry.maxTransferBlocks()) {
            throw new IllegalArgumentException(
                    "one command transfers 1 to " + geometry.maxTransferBlocks() + " blocks, not " + blocks);
        }
        if (offset % Integer.BYTES != 0) {
            throw new IllegalArgumentException("the offset " + offset + " is not a multiple of 4");
        }
        if (buffer.direction() == (write ? DmaDirection.FROM_DEVICE : DmaDirection.TO_DEVICE)) {
            throw new DmaConstraintException(Failure.during((write ? "write " : "read ") + blocks + " blocks at " + lba)
                    .because("the buffer is " + buffer.direction())
                    .remedy("Allocate it with BlockDevice.allocate"));
        }
    }

    /**
     * Checks a trim of one command.
     *
     * @param most how many blocks the command can trim
     * @param feature what the device lacks if it cannot trim
     */
    public static void checkTrim(BlockGeometry geometry, long lba, long blocks, long most, String feature) {
        if (!geometry.trim()) {
            throw new UnsupportedCapabilityException(Failure.during("trim " + blocks + " blocks at " + lba)
                    .because("the device does not have " + feature)
                    .remedy("Do without: BlockGeometry.trim() tells"));
        }
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        if (blocks < 1 || blocks > most) {
            throw new IllegalArgumentException("one command trims 1 to " + most + " blocks, not " + blocks);
        }
    }
}
