// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import java.time.Duration;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Latency;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Drivers;

/**
 * Reads blocks of 4 KiB at random, so many at a time.
 *
 * @param address the device's address, with its backend
 * @param depth how many reads are under way
 * @param waiting how their end is waited for
 * @param warmUp how long to warm up
 * @param seconds how long it is measured
 */
public record RandomRead(String address, int depth, Waiting waiting, WarmUp warmUp, int seconds) implements Contender {
    private static final int LENGTH = 4096;
    private static final Duration SLICE = Duration.ofSeconds(1);
    private static final int MOST_SAMPLES = 2_000_000;

    @Override
    public String name() {
        return "DeviceAccess " + address.substring(0, address.indexOf(':'))
                + (waiting == Waiting.POLLING ? ", polling" : ", interrupts");
    }

    @Override
    public Measurement work() throws InterruptedException {
        try (DeviceAccess device = Devices.open(address);
                BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class);
                DmaBuffer buffer = disk.allocate((long) LENGTH * depth);
                BlockQueue queue = disk.openQueue(depth, waiting)) {
            Reader reader = new Reader(disk, queue, buffer);
            reader.run(warmUp.next());
            reader.forget();
            Window window = Window.open();
            reader.run(Duration.ofSeconds(seconds));
            Measurement measured = window.close(reader.finished, null);
            reader.drain();
            return new Measurement(
                    measured.seconds(),
                    measured.operations(),
                    measured.cpuSeconds(),
                    measured.allocatedBytes(),
                    Latency.ofNanos(reader.samples, reader.count));
        }
    }

    private final class Reader {
        private final BlockQueue queue;
        private final DmaBuffer buffer;
        private final BlockCompletion completion = this::completed;
        private final int blocks;
        private final int places;
        private final long[] begun = new long[depth];
        private final long[] samples = new long[MOST_SAMPLES];
        private long random = 0x9e3779b97f4a7c15L;
        private boolean stopping;
        private int count;
        private long finished;

        Reader(BlockDevice disk, BlockQueue queue, DmaBuffer buffer) {
            this.queue = queue;
            this.buffer = buffer;
            this.blocks = LENGTH / disk.geometry().blockSize();
            this.places = (int) (disk.geometry().blockCount() / blocks);
        }

        void run(Duration time) throws InterruptedException {
            stopping = false;
            for (int slot = queue.underWay(); slot < depth; slot++) {
                submit(slot);
            }
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                queue.await(SLICE, completion);
            }
        }

        void drain() throws InterruptedException {
            stopping = true;
            while (queue.underWay() > 0) {
                queue.await(SLICE, completion);
            }
        }

        void forget() throws InterruptedException {
            drain();
            count = 0;
            finished = 0;
        }

        private void completed(long slot, BlockStatus status, int deviceStatus) {
            if (status != BlockStatus.SUCCESS) {
                throw queue.failure("read", status, deviceStatus);
            }
            finished++;
            if (count < MOST_SAMPLES) {
                samples[count] = System.nanoTime() - begun[(int) slot];
                count++;
            }
            if (!stopping) {
                submit((int) slot);
            }
        }

        private void submit(int slot) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            long place = (Integer.toUnsignedLong((int) random) * places) >>> Integer.SIZE;
            begun[slot] = System.nanoTime();
            if (!queue.submitRead(place * blocks, blocks, buffer, (long) slot * LENGTH, slot)) {
                throw new IllegalStateException("the queue has no room for command " + slot);
            }
        }
    }
}
