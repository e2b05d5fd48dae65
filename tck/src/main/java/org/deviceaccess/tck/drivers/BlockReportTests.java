// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.CommandAbortedException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** Drivers of block devices: how the end of commands is told, whatever their user and others do. */
final class BlockReportTests {
    private static final int COMMANDS = 4;
    private static final int TURNS = 64;

    @Proves("DA-BLOCK-017")
    void nothingIsWaitedFor(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            try (BlockQueue queue = disk.openQueue(QueueDepth.of(disk, 1), Waiting.POLLING)) {
                long start = System.nanoTime();
                assertEquals(0, queue.await(Timeouts.LONG, (token, status, code) -> {}), "reported of no command");
                assertTrue(
                        System.nanoTime() - start < Timeouts.EVENT.toNanos(),
                        "await() with nothing under way slept its time-out");
            }
        });
    }

    @Proves("DA-BLOCK-018")
    void completionThatThrowsLosesNothing(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            int depth = QueueDepth.of(disk, COMMANDS);
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize());
                    BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
                List<Long> told = new ArrayList<>();
                for (int token = 0; token < depth; token++) {
                    assertTrue(queue.submitRead(0, 1, buffer, 0, token), "a queue with room takes a command");
                }
                BlockCompletion throwing = (token, status, code) -> {
                    told.add(token);
                    throw new ArithmeticException("by a completion of the kit");
                };
                long start = System.nanoTime();
                while (queue.underWay() > 0 && System.nanoTime() - start < Timeouts.EVENT.toNanos()) {
                    try {
                        queue.poll(throwing);
                    } catch (ArithmeticException e) {
                        assertFalse(told.isEmpty(), "thrown by nobody's completion");
                    }
                }
                told.sort(null);
                assertEquals(
                        LongStream.range(0, depth).boxed().toList(),
                        told,
                        "the tokens that were reported to a completion that throws");
            }
        });
    }

    @Proves("DA-BLOCK-019")
    void pollEnds(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            target.requireWrites();
            int depth = QueueDepth.of(disk, COMMANDS);
            try (BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
                AtomicInteger turns = new AtomicInteger();
                // As fast as the device allows: one without a cache has flushed at once.
                BlockCompletion again = (token, status, code) -> {
                    if (turns.incrementAndGet() < TURNS) {
                        assertTrue(queue.submitFlush(token), "a completion submits into the room that it made");
                    }
                };
                for (int token = 0; token < depth; token++) {
                    assertTrue(queue.submitFlush(token), "a queue with room takes a command");
                }
                while (queue.underWay() > 0) {
                    int reported = queue.await(Timeouts.EVENT, again);
                    assertTrue(reported > 0, "no command ended in time");
                    assertTrue(reported <= depth, "one call reported " + reported + " commands of a queue of " + depth);
                }
            }
        });
    }

    @Proves("DA-BLOCK-020")
    void goesOnAfterAReset(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            Assumptions.assumeTrue(
                    device.capabilities().contains(Capability.RESET), "the device cannot be reset over this backend");
            int depth = QueueDepth.of(disk, 1);
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize());
                    BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
                List<BlockStatus> ends = new ArrayList<>();
                assertTrue(queue.submitRead(0, 1, buffer, 0, 1), "a queue with room takes a command");
                queue.start();
                device.reset();
                collect(queue, ends);
                assertFalse(ends.contains(BlockStatus.FAILED), "a command that met a reset ended as " + ends);
                collectOne(disk, queue, buffer, ends);
                // The queue's user has seen the reset now, and so has the driver.
                ends.clear();
                collectOne(disk, queue, buffer, ends);
                assertEquals(
                        Set.of(BlockStatus.SUCCESS), Set.copyOf(ends), "the end of a command that followed the reset");
                disk.read(0, 1, buffer, 0);
            }
        });
    }

    private static void collectOne(BlockDevice disk, BlockQueue queue, DmaBuffer buffer, List<BlockStatus> ends)
            throws InterruptedException {
        try {
            disk.read(0, 1, buffer, 0);
        } catch (CommandAbortedException e) {
            ends.add(BlockStatus.ABORTED); // It met the reset.
        }
        assertTrue(queue.submitRead(0, 1, buffer, 0, 2), "a queue with room takes a command");
        collect(queue, ends);
    }

    private static void collect(BlockQueue queue, List<BlockStatus> ends) throws InterruptedException {
        long start = System.nanoTime();
        while (queue.underWay() > 0) {
            assertTrue(System.nanoTime() - start < Timeouts.LONG.toNanos(), "a command that met a reset has not ended");
            try {
                queue.await(Duration.ofSeconds(1), (token, status, code) -> ends.add(status));
            } catch (DeviceFaultException e) {
                // What the driver found; the command is still to be reported.
                assertTrue(queue.underWay() > 0, "a fault was told when nothing was under way: " + e);
            }
        }
    }

    @Proves("DA-BLOCK-021")
    void anyNumberOfBlocksIsTrimmed(DriverTarget target) throws Exception {
        Attached.with(target, BlockDevice.class, (device, disk) -> {
            long most = disk.geometry().maxTrimBlocks();
            assertEquals(most > 0, disk.geometry().trim(), "trim() of the geometry, whose maxTrimBlocks() is " + most);
            Assumptions.assumeTrue(
                    disk.geometry().trim() && !disk.geometry().readOnly(),
                    "the device has no trim, or can only be read");
            if (QueueDepth.any(disk)) {
                assertTrimIsChecked(disk, most);
            }
            target.requireWrites();
            disk.trim(0, disk.geometry().blockCount());
            try (DmaBuffer buffer = disk.allocate(disk.geometry().blockSize())) {
                disk.read(0, 1, buffer, 0);
            }
        });
    }

    private static void assertTrimIsChecked(BlockDevice disk, long most) {
        try (BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            if (most < disk.geometry().blockCount()) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> queue.submitTrim(0, most + 1, 1),
                        "submitTrim() of more than one command can");
            }
            assertThrows(IllegalArgumentException.class, () -> queue.submitTrim(0, 0, 1), "submitTrim() of nothing");
        }
    }
}
