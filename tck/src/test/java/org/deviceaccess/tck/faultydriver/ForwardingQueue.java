// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.time.Duration;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;

/** A queue that does what another does, until a method is overridden. */
class ForwardingQueue implements BlockQueue {
    final BlockQueue real;

    ForwardingQueue(BlockQueue real) {
        this.real = real;
    }

    @Override
    public int depth() {
        return real.depth();
    }

    @Override
    public int underWay() {
        return real.underWay();
    }

    @Override
    public boolean submitRead(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return real.submitRead(lba, blocks, buffer, offset, token);
    }

    @Override
    public boolean submitWrite(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
        return real.submitWrite(lba, blocks, buffer, offset, token);
    }

    @Override
    public boolean submitFlush(long token) {
        return real.submitFlush(token);
    }

    @Override
    public boolean submitTrim(long lba, long blocks, long token) {
        return real.submitTrim(lba, blocks, token);
    }

    @Override
    public void start() {
        real.start();
    }

    @Override
    public int poll(BlockCompletion completion) {
        return real.poll(completion);
    }

    @Override
    public int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
        return real.await(timeout, completion);
    }

    @Override
    public DeviceAccessException failure(String operation, BlockStatus status, int deviceStatus) {
        return real.failure(operation, status, deviceStatus);
    }

    @Override
    public void close() {
        real.close();
    }
}
