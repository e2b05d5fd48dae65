// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.CommandAbortedException;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every command of a disk ends: in success, a typed error or a reset, in bounded time, and is reported once. */
@Timeout(60)
class DiskRecoveryTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    private static void startAndLetTheDeviceHaveThem(BlockQueue queue) throws InterruptedException {
        queue.start();
        Thread.sleep(100);
    }

    @ParameterizedTest
    @EnumSource
    void aTimeOutGoesByTheClockHoweverSeldomIsPolled(SimulatedDisk kind) throws InterruptedException {
        for (int pause : new int[] {1, 5, 40}) {
            try (DeviceAccess device = kind.open("latency=0");
                    RecoveringDisk disk = kind.attach(device, SHORT);
                    BlockQueue queue = disk.openQueue(4, Waiting.POLLING)) {
                kind.stall(device);
                queue.submitFlush(1);
                List<Report> reports = new ArrayList<>();
                long start = System.nanoTime();
                while (reports.isEmpty()) {
                    queue.poll((token, status, code) -> reports.add(new Report(token, status)));
                    Thread.sleep(pause);
                }
                assertEquals(List.of(new Report(1, BlockStatus.TIMED_OUT)), reports);
                // A count of 4,096 polls took 9.6 s at 1 ms and 45 s at 5 ms; this machine may be slow, too.
                assertTrue(System.nanoTime() - start < Duration.ofSeconds(6).toNanos(), "polled each " + pause + " ms");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStrangeAnswerDoesNotEndTheSynchronousOperations(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                DmaBuffer buffer = disk.allocate(4096)) {
            for (int round = 0; round < 3; round++) {
                kind.answerStrangely(device);
                assertThrows(DeviceFaultException.class, () -> disk.read(0, 1, buffer, 0));
                disk.read(0, 1, buffer, 0);
                disk.reset();
                disk.write(0, 1, buffer, 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStrangeAnswerResetsTheDeviceAndLosesNoToken(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, SHORT);
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING)) {
            kind.answerStrangely(device);
            queue.submitFlush(1);
            assertThrows(DeviceFaultException.class, () -> Report.collect(queue));
            assertEquals(1, queue.underWay());
            assertEquals(List.of(new Report(1, BlockStatus.ABORTED)), Report.collect(queue));
            queue.submitFlush(2);
            assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(queue));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandSubmittedAfterAResetIsNotAborted(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                BlockQueue idle = disk.openQueue(4, Waiting.POLLING);
                BlockQueue busy = disk.openQueue(4, Waiting.POLLING)) {
            kind.stall(device);
            busy.submitFlush(1);
            startAndLetTheDeviceHaveThem(busy);
            disk.reset();
            idle.submitFlush(7);
            busy.submitFlush(2);
            assertEquals(List.of(new Report(7, BlockStatus.SUCCESS)), Report.collect(idle));
            assertEquals(
                    List.of(new Report(1, BlockStatus.ABORTED), new Report(2, BlockStatus.SUCCESS)),
                    Report.collect(busy));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompletionThatThrowsWhileARestartReportsLosesNoOtherCommand(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING)) {
            kind.stall(device);
            for (int token = 0; token < 8; token++) {
                assertTrue(queue.submitFlush(token));
            }
            startAndLetTheDeviceHaveThem(queue);
            disk.reset();
            List<Long> told = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                assertThrows(
                        ArithmeticException.class,
                        () -> queue.poll((token, status, code) -> {
                            told.add(token);
                            throw new ArithmeticException("the application's");
                        }));
            }
            assertEquals(0, queue.underWay());
            assertEquals(
                    List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L),
                    told.stream().sorted().toList());
            assertTrue(queue.submitFlush(9));
            assertEquals(List.of(new Report(9, BlockStatus.SUCCESS)), Report.collect(queue));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompletionThatResubmitsDoesNotMakePollEndless(SimulatedDisk kind) {
        // A disk without a cache has done a flush as soon as it is submitted.
        try (DeviceAccess device = kind.open("latency=0")) {
            if (kind == SimulatedDisk.VIRTIO) {
                device.unwrap(VirtioFaults.class).orElseThrow().withhold(1L << 9);
            }
            try (RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                    BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
                assertEquals(kind == SimulatedDisk.NVME, disk.geometry().writeCache());
                queue.submitFlush(0);
                for (int reported = 0; reported < 100; ) {
                    int now = queue.poll((token, status, code) -> assertTrue(queue.submitFlush(token + 1)));
                    assertTrue(now <= 2);
                    reported += now;
                }
                assertEquals(1, queue.underWay());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompletionNeitherPollsNorClosesItsQueue(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
            List<Runnable> forbidden = List.of(() -> queue.poll((token, status, code) -> {}), queue::close);
            for (Runnable each : forbidden) {
                queue.submitFlush(1);
                int ended = queue.await(Exercise.LONG, (token, status, code) -> {
                    assertThrows(IllegalStateException.class, each::run);
                });
                assertEquals(1, ended);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompletionMayUseTheDriver(SimulatedDisk kind) throws InterruptedException {
        for (String queues : List.of("", "&" + kind.oneQueue())) {
            try (DeviceAccess device = kind.open("latency=0" + queues);
                    RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10));
                    BlockQueue queue = disk.openQueue(2, Waiting.POLLING)) {
                List<Runnable> uses = List.of(disk::flush, disk::reset, () -> assertTrue(queue.submitFlush(2)), () -> {
                    if (disk.geometry().maxQueues() > 1) {
                        disk.openQueue(2, Waiting.INTERRUPT).close();
                    }
                });
                for (Runnable use : uses) {
                    queue.submitFlush(1);
                    assertEquals(1, queue.await(Exercise.LONG, (token, status, code) -> use.run()));
                    assertTrue(Report.collect(queue).size() < 2);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void awaitWithNothingUnderWayDoesNotSleep(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(10))) {
            for (Waiting waiting : Waiting.values()) {
                try (BlockQueue queue = disk.openQueue(2, waiting)) {
                    assertEquals(0, queue.await(Duration.ofDays(1), (token, status, code) -> {}));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatDoesNotComeBackIsSaidFromThenOnAndClosed(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0")) {
            RecoveringDisk disk = kind.attach(device, SHORT);
            BlockQueue queue = disk.openQueue(2, Waiting.POLLING);
            queue.submitFlush(1);
            kind.neverComeBack(device);
            assertThrows(ResetFailedException.class, disk::reset);
            assertThrows(ResetFailedException.class, disk::flush);
            assertThrows(ResetFailedException.class, () -> queue.submitFlush(2));
            assertThrows(ResetFailedException.class, () -> disk.openQueue(1, Waiting.POLLING));
            queue.close();
            disk.close();
            assertEquals(0, SimulatedDisk.simulation(device).mappings(), "the device was stopped");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStalledSynchronousCommandTimesOutAndTheNextWorks(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, SHORT);
                DmaBuffer buffer = disk.allocate(4096)) {
            kind.stall(device);
            assertThrows(DeviceTimeoutException.class, () -> disk.read(0, 1, buffer, 0));
            disk.read(0, 1, buffer, 0);
            kind.fail(device);
            assertThrows(CommandFailedException.class, () -> disk.read(0, 1, buffer, 0));
            disk.read(0, 1, buffer, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingAQueueGivesItsBuffersBackWhateverTheDeviceDoes(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=300");
                RecoveringDisk disk = kind.attach(device, SHORT)) {
            for (int round = 0; round < 50; round++) {
                DmaBuffer buffer = disk.allocate(1 << 16);
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
                if (round % 5 == 0) {
                    kind.stall(device);
                }
                for (int token = 0; token < 8; token++) {
                    queue.submitRead(token * 16L, 16, buffer, token * 8192L, token);
                }
                queue.start();
                queue.close();
                buffer.close();
            }
            assertEquals(0, SimulatedDisk.simulation(device).dmaFaultCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSynchronousCommandThatIsUnderWayInAResetIsAborted(SimulatedDisk kind) throws Exception {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(30))) {
            kind.stall(device);
            Thread resetting = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                disk.reset();
            });
            assertThrows(CommandAbortedException.class, disk::flush);
            resetting.join();
        }
    }
}
