// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.Objects;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.ReadOnlyException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong with a request before anything is taken for it. Allocates nothing for one that is right. */
final class Transfers {
    private final String device;
    private final BlockGeometry geometry;
    private final DmaSupport dma;

    /**
     * Checks requests of one device.
     *
     * @param device its name, for messages
     */
    Transfers(String device, BlockGeometry geometry, DmaSupport dma) {
        this.device = device;
        this.geometry = geometry;
        this.dma = dma;
    }

    /** Checks one command. */
    void check(BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset) {
        switch (operation) {
            case READ, WRITE ->
                checkTransfer(operation == BlockOperation.WRITE, lba, blocks, Objects.requireNonNull(buffer), offset);
            case TRIM -> checkTrim(lba, blocks);
            case FLUSH -> {}
        }
    }

    private void checkTransfer(boolean write, long lba, long blocks, DmaBuffer buffer, long offset) {
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        Objects.checkFromIndexSize(offset, blocks * geometry.blockSize(), buffer.size());
        if (blocks < 1 || blocks > geometry.maxTransferBlocks()) {
            throw new IllegalArgumentException(
                    "one command transfers 1 to " + geometry.maxTransferBlocks() + " blocks, not " + blocks);
        }
        if (offset % Integer.BYTES != 0) {
            throw new IllegalArgumentException("the offset " + offset + " is not a multiple of 4");
        }
        if (write) {
            requireWritable("write", lba, blocks);
        }
        if (!dma.reaches(buffer)) {
            throw new DmaUnreachableException(failure(write ? "write" : "read", lba, blocks)
                    .because("the buffer was made for another device, whose addresses mean other memory to this one")
                    .remedy("Allocate it with BlockDevice.allocate of this device; or map memory of your own for both"
                            + " devices, with DmaSupport.map of each"));
        }
        if (buffer.direction() == (write ? DmaDirection.FROM_DEVICE : DmaDirection.TO_DEVICE)) {
            throw new DmaConstraintException(failure(write ? "write" : "read", lba, blocks)
                    .because("the buffer is " + buffer.direction())
                    .remedy("Allocate it with BlockDevice.allocate"));
        }
    }

    private void checkTrim(long lba, long blocks) {
        if (!geometry.trim()) {
            throw new UnsupportedCapabilityException(failure("trim", lba, blocks)
                    .because("the device cannot forget blocks")
                    .remedy("Do without: BlockGeometry.trim() tells"));
        }
        Objects.checkFromIndexSize(lba, blocks, geometry.blockCount());
        if (blocks < 1 || blocks > geometry.maxTrimBlocks()) {
            throw new IllegalArgumentException(
                    "one command trims 1 to " + geometry.maxTrimBlocks() + " blocks, not " + blocks);
        }
        requireWritable("trim", lba, blocks);
    }

    private void requireWritable(String operation, long lba, long blocks) {
        if (geometry.readOnly()) {
            throw new ReadOnlyException(failure(operation, lba, blocks)
                    .because("the device can only be read")
                    .remedy("Use another: BlockGeometry.readOnly() tells"));
        }
    }

    private Failure failure(String operation, long lba, long blocks) {
        return Failure.during(operation + " " + blocks + " blocks at " + lba + " of " + device);
    }
}
