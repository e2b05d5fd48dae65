// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;

/** A block device that does what another does, until a method is overridden. */
class ForwardingDisk implements BlockDevice {
    final BlockDevice real;

    ForwardingDisk(BlockDevice real) {
        this.real = real;
    }

    @Override
    public BlockGeometry geometry() {
        return real.geometry();
    }

    @Override
    public DmaConstraints bufferConstraints() {
        return real.bufferConstraints();
    }

    @Override
    public DmaBuffer allocate(long size) {
        return real.allocate(size);
    }

    @Override
    public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
        real.read(lba, blocks, buffer, offset);
    }

    @Override
    public void write(long lba, int blocks, DmaBuffer buffer, long offset) {
        real.write(lba, blocks, buffer, offset);
    }

    @Override
    public void flush() {
        real.flush();
    }

    @Override
    public void trim(long lba, long blocks) {
        real.trim(lba, blocks);
    }

    @Override
    public BlockQueue openQueue(int depth, Waiting waiting) {
        return real.openQueue(depth, waiting);
    }

    @Override
    public void close() {
        real.close();
    }
}
