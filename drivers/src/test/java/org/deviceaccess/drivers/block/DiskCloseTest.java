// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A buffer belongs to the device until the device can touch it no more, whoever closes what. */
@Timeout(120)
class DiskCloseTest {
    private static final int ROUNDS = 60;
    private static final long SLOW_MICROS = 3_000;

    @ParameterizedTest
    @EnumSource
    void aReadThatWaitsThrowsOnlyWhenTheDiskIsAtRest(SimulatedDisk kind) throws Exception {
        closeWhileReading(kind, false);
    }

    @ParameterizedTest
    @EnumSource
    void aReadThatWaitsThrowsOnlyWhenTheClosedDeviceIsAtRest(SimulatedDisk kind) throws Exception {
        closeWhileReading(kind, true);
    }

    /** The application fills its memory anew as soon as the read has ended; nothing may change it after that. */
    private static void closeWhileReading(SimulatedDisk kind, boolean closeDevice) throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < ROUNDS; round++) {
            try (DeviceAccess device = kind.open("latency=" + SLOW_MICROS);
                    Arena arena = Arena.ofShared()) {
                MemorySegment memory = arena.allocate(8192, 4096);
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                DmaBuffer buffer = device.dma().map(memory, disk.bufferConstraints());
                memory.fill((byte) 0x33);
                long pause = random.nextLong(2 * SLOW_MICROS * 1000);
                Runnable close = closeDevice ? device::close : disk::close;
                Thread closing = Thread.ofPlatform().start(() -> {
                    LockSupport.parkNanos(pause);
                    close.run();
                });
                try {
                    while (true) {
                        disk.read(0, 16, buffer, 0);
                    }
                } catch (IllegalStateException e) {
                    memory.fill((byte) 0x44);
                }
                // Thread.sleep was seen to end here as interrupted, though nobody interrupts the thread; HotSpot
                // probably does so when memory that the thread has just accessed is closed.
                Poll.delay(2 * SLOW_MICROS * 1000);
                Exercise.assertFilled(memory, 0x44, "round " + round);
                closing.join();
                disk.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQueueThatIsClosedWhileItsDriverIsLeavesNothingToTheDevice(SimulatedDisk kind) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (DeviceAccess device = kind.open("latency=100")) {
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                DmaBuffer buffer = disk.allocate(1 << 16);
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
                for (int token = 0; token < 8; token++) {
                    queue.submitRead(token * 16L, 16, buffer, token * 8192L, token);
                }
                queue.start();
                Thread closing = Thread.ofPlatform().start(disk::close);
                queue.close();
                buffer.close();
                closing.join();
                assertEquals(0, SimulatedDisk.simulation(device).dmaFaultCount(), "round " + round);
                assertEquals(0, SimulatedDisk.simulation(device).mappings(), "round " + round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void queuesOpenedWhileTheDriverIsClosedLeaveNoMemory(SimulatedDisk kind) throws Exception {
        try (DeviceAccess device = kind.open("latency=0");
                ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < 4 * ROUNDS; round++) {
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                Future<?> opening = threads.submit(() -> {
                    try {
                        while (true) {
                            disk.openQueue(2, Waiting.POLLING).close();
                        }
                    } catch (IllegalStateException e) {
                        return;
                    }
                });
                Thread.sleep(0, 200_000 + round * 1000);
                disk.close();
                opening.get();
                assertEquals(0, SimulatedDisk.simulation(device).mappings(), "round " + round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSecondWhoClosesWaitsForTheFirst(SimulatedDisk kind) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (DeviceAccess device = kind.open("latency=200")) {
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                Thread first = Thread.ofPlatform().start(disk::close);
                disk.close();
                assertEquals(0, SimulatedDisk.simulation(device).mappings());
                first.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompletionMayCloseTheDriver(SimulatedDisk kind) throws Exception {
        try (DeviceAccess device = kind.open("latency=0")) {
            RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
            BlockQueue queue = disk.openQueue(2, Waiting.POLLING);
            queue.submitFlush(1);
            assertEquals(1, queue.await(Exercise.LONG, (token, status, code) -> disk.close()));
            assertThrows(IllegalStateException.class, () -> queue.submitFlush(2));
            queue.close();
            assertEquals(0, SimulatedDisk.simulation(device).mappings());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBufferOfAnotherDeviceIsRefusedAndNothingIsTransferred(SimulatedDisk kind) {
        for (SimulatedDisk other : SimulatedDisk.values()) {
            try (DeviceAccess device = kind.open("latency=0");
                    DeviceAccess foreign = other.open("latency=0");
                    RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                    DmaBuffer own = disk.allocate(8192);
                    DmaBuffer buffer = foreign.dma().allocate(8192, DmaConstraints.NONE.withAlignment(4096));
                    BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
                assertThrows(DmaUnreachableException.class, () -> disk.write(0, 1, buffer, 0));
                assertThrows(DmaUnreachableException.class, () -> disk.read(0, 1, buffer, 0));
                assertThrows(DmaUnreachableException.class, () -> queue.submitWrite(0, 1, buffer, 0, 1));
                DmaUnreachableException e =
                        assertThrows(DmaUnreachableException.class, () -> queue.submitRead(0, 1, buffer, 0, 1));
                assertTrue(String.valueOf(e.remedy()).contains("BlockDevice.allocate of this device"), e.getMessage());
                assertEquals(0, queue.underWay());
                disk.write(0, 1, own, 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoDriversDoNotShareADevice(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0")) {
            try (RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10))) {
                DeviceBusyException e =
                        assertThrows(DeviceBusyException.class, () -> kind.attach(device, Duration.ofSeconds(10)));
                assertTrue(e.detail().contains("is attached to it"), e.getMessage());
                disk.flush();
            }
            kind.neverComeBack(device);
            assertThrows(DeviceAccessException.class, () -> kind.attach(device, Duration.ofMillis(100)));
            device.claim("another").close();
        }
    }
}
