// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;

/**
 * Closes, resets and faults at any time, while threads read and write: each round attaches a driver, lets one thread use it
 * synchronously and one by a queue, disturbs them, and closes it.
 *
 * <p>After each round: what was written and read back is what was written; memory that its user has back is not changed by the
 * device; each token is reported once at the most, and not at all only for a queue that was closed; nothing takes longer than it
 * may.
 */
final class DiskStorm {
    private static final int DEPTH = 8;
    private static final int SLICE = 4096;
    /** How much memory a round needs: a slice to write, one to read, and one for each command of the queue. */
    static final int MEMORY = (2 + DEPTH) * SLICE;

    private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);
    private static final byte MINE = 0x44;

    private final Supplier<BlockDevice> attach;
    private final List<Runnable> disturbances;
    private final long longestPause;
    private final SplittableRandom random;
    private final boolean calm;
    private volatile boolean stopped; // the users of the round are to end

    /**
     * Prepares a storm.
     *
     * @param attach attaches the driver
     * @param disturbances what is done to it besides closing
     * @param longestPause up to how many nanoseconds lie between two disturbances
     */
    DiskStorm(Supplier<BlockDevice> attach, List<Runnable> disturbances, long longestPause, long seed) {
        this(attach, disturbances, longestPause, seed, false);
    }

    private DiskStorm(
            Supplier<BlockDevice> attach, List<Runnable> disturbances, long longestPause, long seed, boolean calm) {
        this.attach = attach;
        this.disturbances = disturbances;
        this.longestPause = longestPause;
        this.random = new SplittableRandom(seed);
        this.calm = calm;
    }

    /** Prepares a storm in which nothing is under way when the driver is closed, and nothing else disturbs it. */
    static DiskStorm calm(Supplier<BlockDevice> attach, long longestPause, long seed) {
        return new DiskStorm(attach, List.of(() -> {}), longestPause, seed, true);
    }

    /**
     * Runs rounds.
     *
     * @param more whether there is another round, by how many there were
     * @param buffers makes memory that outlives each driver, of {@link #MEMORY} bytes
     */
    void run(IntPredicate more, Supplier<DmaBuffer> buffers, Runnable afterEach) throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; more.test(round); round++) {
                long start = System.nanoTime();
                stopped = false;
                BlockDevice disk = attach.get();
                DmaBuffer buffer = buffers.get();
                String name = "round " + round;
                long seed = random.nextLong();
                Future<?> synchronous = threads.submit(() -> {
                    useSynchronously(disk, buffer, seed);
                    return null;
                });
                Future<?> queued = threads.submit(() -> {
                    useQueue(disk, buffer, seed);
                    return null;
                });
                for (int i = random.nextInt(3); i > 0; i--) {
                    LockSupport.parkNanos(random.nextLong(longestPause));
                    disturb(disturbances.get(random.nextInt(disturbances.size())));
                }
                LockSupport.parkNanos(random.nextLong(longestPause));
                if (calm) {
                    stopped = true;
                    awaitEnd(synchronous, queued);
                }
                disk.close();
                awaitEnd(synchronous, queued);
                LockSupport.parkNanos(longestPause / 4);
                Exercise.assertFilled(buffer.memory(), MINE, name + ": memory was changed");
                buffer.close();
                afterEach.run();
                assertTrue(System.nanoTime() - start < LONGEST_ROUND.toNanos(), name + " took too long");
            }
        }
    }

    private static void awaitEnd(Future<?>... users) throws Exception {
        for (Future<?> each : users) {
            each.get(LONGEST_ROUND.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void disturb(Runnable disturbance) {
        try {
            disturbance.run();
        } catch (DeviceAccessException | IllegalStateException e) {
            // A reset that meets another fault may fail, or find all closed; what it must not do is looked at
            // elsewhere.
            return;
        }
    }

    private void useSynchronously(BlockDevice disk, DmaBuffer buffer, long seed) {
        MemorySegment out = buffer.memory().asSlice(0, SLICE);
        MemorySegment in = buffer.memory().asSlice(SLICE, SLICE);
        int blocks = SLICE / disk.geometry().blockSize();
        try {
            for (long turn = 0; !stopped; turn++) {
                try {
                    Exercise.fill(out, turn, seed);
                    disk.write(0, blocks, buffer, 0);
                    in.fill((byte) 0x5a);
                    disk.read(0, blocks, buffer, SLICE);
                    Exercise.check(in, turn, seed);
                } catch (DeviceAccessException e) {
                    // Done, half done or not done; the next turn tells whether the disk works.
                    continue;
                }
            }
        } catch (IllegalStateException e) {
            assertFalse(stopped, () -> "the disk is closed before its users have stopped: " + e);
        }
        // The memory is this thread's again.
        out.fill(MINE);
        in.fill(MINE);
    }

    private void useQueue(BlockDevice disk, DmaBuffer buffer, long seed) throws InterruptedException {
        boolean[] busy = new boolean[DEPTH];
        int block = disk.geometry().blockSize();
        long first = 1024L * SLICE / block;
        SplittableRandom choice = new SplittableRandom(seed);
        BlockQueue queue = null;
        try {
            while (!stopped || queue != null && queue.underWay() > 0) {
                try {
                    queue = queue == null ? disk.openQueue(DEPTH, Waiting.POLLING) : queue;
                    for (int token = 0; token < DEPTH; token++) {
                        if (!busy[token] && !stopped) {
                            long offset = (2L + token) * SLICE;
                            long lba = first + (long) token * SLICE / block;
                            boolean write = choice.nextBoolean();
                            boolean submitted = write
                                    ? queue.submitWrite(lba, SLICE / block, buffer, offset, token)
                                    : queue.submitRead(lba, SLICE / block, buffer, offset, token);
                            assertTrue(submitted, "a free token has a free slot");
                            busy[token] = true;
                        }
                    }
                    queue.await(Duration.ofMillis(100), (token, status, code) -> {
                        assertTrue(busy[(int) token], "each token is reported once");
                        assertTrue(status != BlockStatus.MEDIA_ERROR, "nothing is wrong with the medium");
                        busy[(int) token] = false;
                    });
                } catch (DeviceAccessException e) {
                    // A strange answer, told by the next poll; or a device that did not come back.
                    continue;
                }
            }
        } catch (IllegalStateException e) {
            assertFalse(stopped, () -> "the disk is closed before its users have stopped: " + e);
        } finally {
            buffer.memory().asSlice(2L * SLICE).fill(MINE);
            if (queue != null) {
                queue.close();
            }
        }
    }
}
