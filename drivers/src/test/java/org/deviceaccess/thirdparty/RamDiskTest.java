// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.thirdparty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.drivers.block.RecoveringDisk;
import org.deviceaccess.drivers.block.Report;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is exported for disks suffices for another driver, and bears with that driver's own mistakes. */
@Timeout(60)
class RamDiskTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final class RamDisk extends RecoveringDisk {
        RamDisk(RamHardware hardware) {
            super(hardware, hardware.device().claim("ramdisk"));
        }
    }

    private DeviceAccess device;

    @BeforeEach
    void open() {
        device = Devices.open("sim:edu?dma-mask=0xffffffffffffffff");
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void aDriverOfAnotherDiskNeedsNothingThatIsNotExported() throws InterruptedException {
        RamHardware hardware = new RamHardware(device, LONG, 4, 32);
        try (RamDisk disk = new RamDisk(hardware)) {
            Exercise.transferAnyhow(disk);
            for (int depth : new int[] {1, 3, 32}) {
                Exercise.writeAndVerify(disk, Waiting.POLLING, depth, 0, 16_384, depth);
            }
            disk.trim(0, 16_384);
            disk.flush();
            assertThrows(InterruptKindAbsentException.class, () -> disk.openQueue(1, Waiting.INTERRUPT));
        }
        assertFalse(hardware.running);
        assertEquals(0, hardware.rings);
    }

    @Test
    void hundredsOfQueuesAreRecoveredAndClosed() throws Exception {
        RamHardware hardware = new RamHardware(device, LONG, 400, 2);
        RamDisk disk = new RamDisk(hardware);
        List<BlockQueue> queues = new ArrayList<>();
        for (int i = 0; i < 399; i++) {
            queues.add(disk.openQueue(2, Waiting.POLLING));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Report>>> all = new ArrayList<>();
            for (BlockQueue queue : queues) {
                all.add(threads.submit(() -> {
                    for (int token = 0; token < 100; token++) {
                        queue.submitFlush(token);
                        Report.collect(queue);
                    }
                    queue.submitFlush(100);
                    return Report.collect(queue);
                }));
            }
            for (int i = 0; i < 20; i++) {
                disk.reset();
            }
            for (Future<List<Report>> each : all) {
                assertEquals(1, each.get().size());
            }
        }
        disk.close();
        queues.forEach(BlockQueue::close);
        assertEquals(0, hardware.rings);
    }

    @Test
    void aMistakeOfTheDriverWhileItIsRestartedLetsNobodyIn() {
        RamHardware hardware = new RamHardware(device, LONG, 2, 2);
        try (RamDisk disk = new RamDisk(hardware)) {
            hardware.atStart = () -> {
                throw new ArithmeticException("the driver's");
            };
            assertThrows(ArithmeticException.class, disk::reset);
            assertThrows(ResetFailedException.class, disk::flush);
        }
        assertEquals(0, hardware.rings);
    }

    @Test
    void aMistakeOfTheDriverWhileItLooksForEndsGivesTheBufferBackAndIsNotTakenForTheNextAnswer() {
        RamHardware hardware = new RamHardware(device, LONG, 2, 2);
        try (RamDisk disk = new RamDisk(hardware);
                DmaBuffer buffer = disk.allocate(512)) {
            AtomicInteger starts = new AtomicInteger();
            hardware.atStart = starts::incrementAndGet;
            hardware.atNext = () -> {
                hardware.atNext = () -> {};
                throw new ArithmeticException("the driver's");
            };
            assertThrows(ArithmeticException.class, () -> disk.write(0, 1, buffer, 0));
            assertEquals(1, starts.get(), "the device was reset before it was thrown");
            buffer.memory().fill((byte) 0x13);
            disk.write(0, 1, buffer, 0);
            buffer.memory().fill((byte) 0);
            disk.read(0, 1, buffer, 0);
            assertEquals(0x13, buffer.memory().get(ValueLayout.JAVA_BYTE, 511));
        }
    }

    @Test
    void aFarewellThatFailsDoesNotKeepTheDeviceRunning() {
        RamHardware hardware = new RamHardware(device, LONG, 2, 2);
        RamDisk disk = new RamDisk(hardware);
        hardware.atFarewell = () -> {
            throw new CommandFailedException(Failure.during("say farewell").because("the device does not know it"));
        };
        disk.close();
        assertFalse(hardware.running);
        assertEquals(0, hardware.rings);
    }

    @Test
    void aRequestThatIsRefusedDoesNotShutTheApplicationOutOfADeviceOfOneCommand() throws InterruptedException {
        RamHardware hardware = new RamHardware(device, LONG, 1, 1);
        try (RamDisk disk = new RamDisk(hardware);
                DeviceAccess other = Devices.open("sim:edu?dma-mask=0xffffffffffffffff");
                DmaBuffer foreign = other.dma().allocate(512, DmaConstraints.NONE);
                BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            assertTrue(queue.submitFlush(1));
            assertThrows(DmaUnreachableException.class, () -> disk.read(0, 1, foreign, 0));
            assertEquals(List.of(new Report(1, BlockStatus.SUCCESS)), Report.collect(queue));
            assertTrue(queue.submitFlush(2));
            assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(queue));
            disk.flush();
        }
    }

    @Test
    void closingTheOnlyQueueOfADeviceThatIsOfNoUseAnyMoreDoesNotThrow() {
        RamHardware hardware = new RamHardware(device, Duration.ofMillis(50), 1, 4);
        RamDisk disk = new RamDisk(hardware);
        BlockQueue queue = disk.openQueue(2, Waiting.POLLING);
        hardware.stalled = true;
        queue.submitFlush(1);
        hardware.atStart = () -> {
            throw new DeviceTimeoutException(Failure.during("start").because("it does not"));
        };
        queue.close();
        assertThrows(ResetFailedException.class, disk::flush);
        disk.close();
    }

    @Test
    void aQueueThatCannotBeMadeTakesNothingFromOthers() throws InterruptedException {
        RamHardware hardware = new RamHardware(device, LONG, 3, 2);
        try (RamDisk disk = new RamDisk(hardware);
                BlockQueue first = disk.openQueue(2, Waiting.POLLING)) {
            Runnable outOfMemory = () -> {
                throw new DmaMemoryException(Failure.during("allocate").because("there is no memory"));
            };
            hardware.atRing = outOfMemory;
            assertThrows(DmaMemoryException.class, () -> disk.openQueue(2, Waiting.POLLING));
            hardware.atRing = () -> {};
            List<Runnable> failures = List.of(outOfMemory, () -> {
                hardware.atCreate = () -> {};
                throw new DeviceTimeoutException(Failure.during("create").because("it takes too long"));
            });
            for (Runnable failure : failures) {
                hardware.atCreate = failure;
                assertThrows(DeviceAccessException.class, () -> disk.openQueue(2, Waiting.POLLING));
                hardware.atCreate = () -> {};
                assertEquals(2, hardware.rings);
                first.submitFlush(1);
                assertEquals(List.of(new Report(1, BlockStatus.SUCCESS)), Report.collect(first));
                disk.openQueue(2, Waiting.POLLING).close();
            }
        }
        assertEquals(0, hardware.rings);
    }

    @Test
    void deadlinesOfANanosecondAndOfAYearAreTimes() throws InterruptedException {
        for (Duration timeout : List.of(Duration.ofNanos(1), Duration.ofDays(365))) {
            RamHardware hardware = new RamHardware(device, timeout, 2, 8);
            try (RamDisk disk = new RamDisk(hardware);
                    BlockQueue queue = disk.openQueue(8, Waiting.POLLING)) {
                for (int token = 0; token < 8; token++) {
                    queue.submitFlush(token);
                }
                assertEquals(
                        8,
                        Report.collect(queue).stream()
                                .map(Report::token)
                                .distinct()
                                .count());
                disk.flush();
                if (timeout.toDays() == 0) {
                    hardware.stalled = true;
                    assertThrows(DeviceTimeoutException.class, disk::flush);
                    hardware.stalled = false;
                    disk.flush();
                }
            }
        }
    }
}
