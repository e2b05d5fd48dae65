// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.drivers.support.Leftovers;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose a buffer is, a queue, a device, when one of them is closed or reset, whatever the device and the backend. */
@Timeout(300)
abstract class DiskClosingScenarios {
    private static final BlockCompletion IGNORE = (token, status, code) -> {};

    final DiskRig rig;
    DeviceAccess device;

    DiskClosingScenarios(DiskRig rig) {
        this.rig = rig;
    }

    @BeforeEach
    final void open() {
        device = rig.open();
    }

    @AfterEach
    final void close() {
        if (device.isOpen()) {
            assertNothingIsLeft(device);
            device.close();
        }
    }

    /** A real device does not tell what its driver did and left. */
    private static void assertNothingIsLeft(DeviceAccess used) {
        if (used.unwrap(Simulation.class).isPresent()) {
            Leftovers.assertNone(used);
        }
    }

    final RecoveringDisk attach() {
        return rig.attach(device);
    }

    /** Returns whether queues can wait so; where they cannot, asserts that they say so, and that polling works. */
    final boolean waits(Waiting waiting) {
        if (rig.kind().waits(device, waiting)) {
            return true;
        }
        try (BlockDevice disk = attach()) {
            assertThrows(InterruptKindAbsentException.class, () -> disk.openQueue(1, waiting));
            disk.openQueue(1, Waiting.POLLING).close();
        }
        return false;
    }

    private void reopenSlow() {
        device.close();
        device = Devices.open(rig.slow());
    }

    /** As a power cut would: the device forgets its queues while commands are under way. */
    @ParameterizedTest
    @EnumSource
    final void aResetInMidWriteLeavesNoHang(Waiting waiting) throws Exception {
        reopenSlow();
        if (!waits(waiting)) {
            return;
        }
        try (RecoveringDisk disk = attach();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            AtomicBoolean enough = new AtomicBoolean();
            Future<int[]> writer = threads.submit(() -> writeUntil(enough, disk, waiting));
            for (int i = 0; i < 3; i++) {
                Thread.sleep(300);
                disk.reset();
            }
            if (device.capabilities().contains(Capability.RESET)) {
                Thread.sleep(300);
                device.reset(); // behind the driver's back
                Thread.sleep(300);
            }
            enough.set(true);
            int[] ends = writer.get();
            assertTrue(ends[BlockStatus.SUCCESS.ordinal()] > 0, Arrays.toString(ends));
            assertTrue(ends[BlockStatus.ABORTED.ordinal()] > 0, Arrays.toString(ends));
            assertEquals(
                    Arrays.stream(ends).sum(),
                    ends[BlockStatus.SUCCESS.ordinal()] + ends[BlockStatus.ABORTED.ordinal()],
                    Arrays.toString(ends));
            Exercise.writeAndVerify(disk, waiting, 32, 0, 4096, 7);
        }
    }

    /** Keeps a queue full of writes, and returns how often each status was reported. */
    private static int[] writeUntil(AtomicBoolean enough, BlockDevice disk, Waiting waiting)
            throws InterruptedException {
        int depth = 32;
        int[] ends = new int[BlockStatus.values().length];
        boolean[] busy = new boolean[depth];
        BlockCompletion completion = (token, status, code) -> {
            assertTrue(busy[(int) token], "each command is reported once");
            busy[(int) token] = false;
            ends[status.ordinal()]++;
        };
        try (DmaBuffer buffer = disk.allocate(depth * 4096L);
                BlockQueue queue = disk.openQueue(depth, waiting)) {
            while (!enough.get() || queue.underWay() > 0) {
                for (int slot = 0; slot < depth && !enough.get(); slot++) {
                    if (!busy[slot]) {
                        busy[slot] = true;
                        assertTrue(queue.submitWrite(slot * 8L, 8, buffer, slot * 4096L, slot));
                    }
                }
                assertTrue(queue.await(Exercise.LONG, completion) > 0, "no command hangs");
            }
        }
        for (boolean each : busy) {
            assertFalse(each, "each command is reported");
        }
        return ends;
    }

    @Test
    final void aResetIsReportedForEachCommandUnderWay() throws InterruptedException {
        reopenSlow();
        try (RecoveringDisk disk = attach();
                DmaBuffer buffer = disk.allocate(64 << 10);
                BlockQueue queue = disk.openQueue(16, Waiting.POLLING)) {
            boolean[] told = new boolean[16];
            for (int i = 0; i < 16; i++) {
                assertTrue(queue.submitWrite(i * 8L, 8, buffer, i * 4096L, i));
            }
            queue.start();
            disk.reset();
            while (queue.underWay() > 0) {
                int ended = queue.await(Exercise.LONG, (token, status, code) -> {
                    assertFalse(told[(int) token], "once");
                    told[(int) token] = true;
                });
                assertTrue(ended > 0, "no command hangs");
            }
            queue.submitFlush(1);
            assertEquals(
                    1,
                    queue.await(Exercise.LONG, (token, status, code) -> assertEquals(BlockStatus.SUCCESS, status)),
                    "what is submitted after a reset is none of its business");
        }
    }

    @Test
    final void closingWithCommandsUnderWayLeavesNothing() throws IOException {
        reopenSlow();
        try (BlockDevice disk = attach()) {
            disk.flush();
        }
        List<String> files = OpenFiles.list();
        BlockDevice disk = attach();
        DmaBuffer buffer = disk.allocate(1 << 20);
        BlockQueue queue =
                disk.openQueue(32, rig.kind().waits(device, Waiting.INTERRUPT) ? Waiting.INTERRUPT : Waiting.POLLING);
        for (int i = 0; i < 32; i++) {
            queue.submitRead(i * 64L, 64, buffer, i * 32_768L, i);
        }
        queue.start();
        disk.close();
        disk.close();
        assertThrows(IllegalStateException.class, () -> queue.poll(IGNORE));
        assertThrows(IllegalStateException.class, disk::flush);
        assertThrows(IllegalStateException.class, () -> disk.openQueue(1, Waiting.POLLING), "not that it is busy");
        buffer.close();
        queue.close();
        rig.kind().assertAtRest(device);
        assertEquals(files, OpenFiles.list());
        assertNothingIsLeft(device);
        try (BlockDevice again = attach()) {
            again.flush();
        }
    }

    /** The memory is read from as soon as the queue is closed, and again later: nobody changes it meanwhile. */
    @Test
    final void aQueueThatIsClosedWithCommandsUnderWayGivesItsBuffersBack() throws InterruptedException {
        reopenSlow();
        try (BlockDevice disk = attach();
                DmaBuffer buffer = disk.allocate(16 * 4096)) {
            buffer.memory().fill((byte) 0x11);
            disk.write(0, 128, buffer, 0);
            for (int round = 0; round < 5; round++) {
                BlockQueue queue = disk.openQueue(16, Waiting.POLLING);
                for (int i = 0; i < 16; i++) {
                    assertTrue(queue.submitRead(i * 8L, 8, buffer, i * 4096L, i));
                }
                queue.start();
                queue.close();
                buffer.memory().fill((byte) 0x22);
                Thread.sleep(20);
                Exercise.assertFilled(buffer.memory(), 0x22, "memory of a queue that is closed");
                assertThrows(IllegalStateException.class, () -> queue.poll(IGNORE));
            }
            disk.flush();
        }
    }

    @Test
    final void theDeviceMayBeClosedFirst() {
        BlockDevice disk = attach();
        BlockQueue queue = disk.openQueue(4, Waiting.POLLING);
        device.close();
        assertThrows(IllegalStateException.class, disk::flush);
        assertThrows(IllegalStateException.class, () -> disk.openQueue(1, Waiting.POLLING), "not that it is busy");
        disk.close();
        queue.close();
    }

    @ParameterizedTest
    @EnumSource
    final void aThreadThatIsInterruptedLosesNoCommand(Waiting waiting) throws InterruptedException {
        if (!waits(waiting)) {
            return;
        }
        try (BlockDevice disk = attach();
                BlockQueue queue = disk.openQueue(4, waiting)) {
            queue.submitFlush(1);
            Thread.currentThread().interrupt();
            int ended = 0;
            try {
                ended = queue.await(Exercise.LONG, (token, status, code) -> assertEquals(1, token));
            } catch (InterruptedException e) {
                ended = queue.await(Exercise.LONG, (token, status, code) -> assertEquals(1, token));
            }
            assertEquals(1, ended);
            Thread.currentThread().interrupt();
            disk.flush();
            assertTrue(Thread.interrupted(), "the operation was done, and the thread stays interrupted");
        }
    }

    @Test
    final void aBufferOfAnotherDeviceIsRefused() {
        try (DeviceAccess other = Devices.open(rig.stranger());
                DmaBuffer foreign = other.dma().allocate(8192, DmaConstraints.NONE.withAlignment(4096));
                BlockDevice disk = attach();
                DmaBuffer own = disk.allocate(8192);
                BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
            own.memory().fill((byte) 0x3c);
            disk.write(64, 8, own, 0);
            assertThrows(DmaUnreachableException.class, () -> disk.write(64, 8, foreign, 0));
            assertThrows(DmaUnreachableException.class, () -> disk.read(64, 8, foreign, 0));
            assertThrows(DmaUnreachableException.class, () -> queue.submitWrite(64, 8, foreign, 0, 1));
            assertThrows(DmaUnreachableException.class, () -> queue.submitRead(64, 8, foreign, 0, 1));
            assertEquals(0, queue.underWay());
            disk.read(64, 8, own, 4096);
            assertEquals(-1, own.memory().asSlice(0, 4096).mismatch(own.memory().asSlice(4096)), "nothing was written");
        }
    }

    @Test
    final void twoDriversDoNotShareADevice() {
        try (BlockDevice disk = attach()) {
            DeviceBusyException e = assertThrows(DeviceBusyException.class, this::attach);
            assertTrue(e.detail().contains("is attached to it"), e.getMessage());
            disk.flush();
        }
        attach().close();
    }
}
