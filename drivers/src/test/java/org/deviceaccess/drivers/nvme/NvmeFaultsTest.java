// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.nvme.NvmeFaults;
import org.deviceaccess.drivers.block.Report;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.MediaErrorException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The driver on a disk that does not do what it should: typed errors, no hang, and nothing lost for good. */
@Timeout(60)
class NvmeFaultsTest {
    private DeviceAccess device;
    private Simulation simulation;
    private NvmeFaults faults;

    @BeforeEach
    void open() {
        device = Devices.open("sim:nvme?latency=0");
        simulation = device.unwrap(Simulation.class).orElseThrow();
        faults = device.unwrap(NvmeFaults.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private NvmeDevice attach() {
        return new NvmeDriverProvider().withTimeout(Duration.ofMillis(100)).attach(device);
    }

    @ParameterizedTest
    @CsvSource({
        "0x4281, MediaErrorException",
        "0x4280, MediaErrorException",
        "0x4006, CommandFailedException",
        "0x4020, CommandFailedException",
        "0x4002, CommandFailedException",
        "0x007, CommandAbortedException"
    })
    void aStatusBecomesItsException(String status, String type) {
        try (NvmeDevice disk = attach();
                DmaBuffer buffer = disk.allocate(512)) {
            faults.fail(Integer.decode(status));
            DeviceAccessException error = assertThrows(DeviceAccessException.class, () -> disk.read(7, 1, buffer, 0));
            assertEquals(type, error.getClass().getSimpleName());
            assertTrue(error.getMessage().contains("read 1 blocks at 7 of sim:nvme"), error.getMessage());
            disk.read(7, 1, buffer, 0);
        }
    }

    @Test
    void theStatusIsSaidInWords() {
        try (NvmeDevice disk = attach();
                DmaBuffer buffer = disk.allocate(512)) {
            faults.fail(0x4281);
            MediaErrorException error = assertThrows(MediaErrorException.class, () -> disk.read(7, 1, buffer, 0));
            assertTrue(
                    error.getMessage()
                            .contains("unrecovered read error (status code type 2, status code 0x81, do not retry)"),
                    error.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatHangsIsAborted(Waiting waiting) throws InterruptedException {
        try (NvmeDevice disk = attach();
                BlockQueue queue = disk.openQueue(8, waiting)) {
            faults.stall();
            queue.submitFlush(1);
            queue.submitFlush(2);
            assertEquals(
                    List.of(new Report(2, BlockStatus.SUCCESS), new Report(1, BlockStatus.TIMED_OUT)),
                    Report.collect(queue));
            queue.submitFlush(3);
            assertEquals(List.of(new Report(3, BlockStatus.SUCCESS)), Report.collect(queue));
            faults.stall();
            assertThrows(DeviceTimeoutException.class, disk::flush);
            disk.flush();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLostCompletionResetsTheController(Waiting waiting) throws InterruptedException {
        try (NvmeDevice disk = attach();
                DmaBuffer buffer = disk.allocate(512);
                BlockQueue queue = disk.openQueue(8, waiting);
                BlockQueue other = disk.openQueue(8, waiting)) {
            faults.loseCompletion();
            queue.submitFlush(1);
            assertEquals(List.of(new Report(1, BlockStatus.TIMED_OUT)), Report.collect(queue));
            other.submitRead(0, 1, buffer, 0, 7);
            assertEquals(
                    List.of(new Report(7, BlockStatus.SUCCESS)), Report.collect(other), "submitted after the reset");
            for (BlockQueue each : List.of(queue, other)) {
                each.submitRead(0, 1, buffer, 0, 2);
                assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(each));
            }
            disk.read(0, 1, buffer, 0);
        }
    }

    @Test
    void anAbortThatIsRefusedEndsInAReset() throws InterruptedException {
        List<Runnable> refusals = List.of(
                () -> faults.admin(0x08).fail(0x4103),
                () -> faults.ignoreAborts(true),
                () -> faults.admin(0x08).stall(),
                () -> faults.admin(0x08).completeUnknownId());
        for (Runnable refusal : refusals) {
            try (NvmeDevice disk = attach();
                    BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
                    DmaBuffer buffer = disk.allocate(512)) {
                refusal.run();
                faults.stall();
                queue.submitFlush(1);
                assertEquals(List.of(new Report(1, BlockStatus.TIMED_OUT)), Report.collect(queue));
                queue.submitFlush(2);
                assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(queue));
                refusal.run();
                faults.stall();
                assertThrows(DeviceTimeoutException.class, () -> disk.read(0, 1, buffer, 0));
                disk.read(0, 1, buffer, 0);
                faults.ignoreAborts(false);
            }
        }
    }

    /** Otherwise it is waited for until the time is over, which is 10 s and may be a year. */
    @Test
    void anAdminCommandThatIsLostInAResetByOthersIsNotWaitedFor() throws InterruptedException {
        try (NvmeDevice disk =
                new NvmeDriverProvider().withTimeout(Duration.ofDays(1)).attach(device)) {
            faults.admin(0x05).stall(); // Create I/O Completion Queue
            Thread resetting = Thread.ofPlatform().start(() -> {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                device.reset();
            });
            assertThrows(DeviceFaultException.class, () -> disk.openQueue(1, Waiting.POLLING));
            resetting.join();
            disk.openQueue(1, Waiting.POLLING).close();
            disk.flush();
        }
    }

    @Test
    void whatMaySucceedLaterIsTriedAgainWithinBounds() throws InterruptedException {
        try (NvmeDevice disk = new NvmeDriverProvider()
                        .withTimeout(Duration.ofSeconds(20))
                        .attach(device);
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
                DmaBuffer buffer = disk.allocate(4096)) {
            buffer.memory().fill((byte) 0x21);
            faults.io().fail(0x082, 5); // namespace not ready
            disk.write(0, 8, buffer, 0);
            buffer.memory().fill((byte) 0);
            disk.read(0, 8, buffer, 0);
            assertEquals(0x21, buffer.memory().get(ValueLayout.JAVA_BYTE, 4095));
            faults.io().fail(0x281, 6);
            assertThrows(MediaErrorException.class, () -> disk.read(0, 1, buffer, 0), "five times more");
            disk.read(0, 1, buffer, 0);
            faults.io().fail(0x082, 3);
            for (int token = 1; token <= 8; token++) {
                assertTrue(queue.submitFlush(token));
            }
            List<Report> reports = Report.collect(queue);
            assertEquals(8, reports.stream().map(Report::token).distinct().count());
            assertTrue(reports.stream().allMatch(report -> report.status() == BlockStatus.SUCCESS), reports.toString());
        }
    }

    @Test
    void aShutdownGetsTheTimeThatTheControllerWants() {
        NvmeDevice disk = attach();
        faults.neverShutDown(true);
        long start = System.nanoTime();
        disk.close();
        assertTrue(
                System.nanoTime() - start >= Duration.ofSeconds(10).toNanos(),
                "RTD3E, and 10 s at least; CAP.TO is another thing");
        assertEquals(0, simulation.mappings());
    }

    @Test
    void completionsThatMakeNoSenseAreFaults() {
        try (NvmeDevice disk = attach();
                DmaBuffer buffer = disk.allocate(8192);
                BlockQueue queue = disk.openQueue(8, Waiting.POLLING)) {
            faults.completeUnknownId();
            queue.submitRead(0, 8, buffer, 0, 1);
            assertThrows(DeviceFaultException.class, () -> Report.collect(queue));
            assertEquals(1, queue.underWay(), "the command itself is not taken for done");
            faults.completeWithWrongHead();
            queue.submitRead(0, 8, buffer, 0, 2);
            assertThrows(DeviceFaultException.class, () -> Report.collect(queue));
            faults.completeTwice();
            queue.submitRead(0, 8, buffer, 0, 3);
            assertThrows(DeviceFaultException.class, () -> {
                Report.collect(queue);
                queue.submitFlush(4);
                Report.collect(queue);
            });
        }
        assertEquals(List.of(), simulation.dmaFaults());
    }

    @ParameterizedTest
    @EnumSource
    void aFatalErrorResetsTheController(Waiting waiting) throws InterruptedException {
        try (NvmeDevice disk = attach();
                BlockQueue queue = disk.openQueue(8, waiting)) {
            faults.failFatally();
            queue.submitFlush(1);
            queue.submitFlush(2);
            assertEquals(
                    List.of(new Report(1, BlockStatus.ABORTED), new Report(2, BlockStatus.ABORTED)),
                    Report.collect(queue));
            queue.submitFlush(3);
            assertEquals(List.of(new Report(3, BlockStatus.SUCCESS)), Report.collect(queue));
        }
    }

    @Test
    void aControllerThatDoesNotComeBackIsGivenUp() throws InterruptedException {
        NvmeDevice disk = attach();
        BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
        faults.neverReady(true);
        faults.failFatally();
        queue.submitFlush(1);
        assertThrows(ResetFailedException.class, () -> Report.collect(queue));
        assertThrows(ResetFailedException.class, () -> Report.collect(queue), "from then on");
        assertThrows(ResetFailedException.class, disk::flush);
        queue.close();
        disk.close();
        faults.neverReady(false);
        try (NvmeDevice again = attach()) {
            again.flush();
        }
    }

    @Test
    void aControllerThatIsNeverReadyIsReportedInTime() {
        faults.neverReady(true);
        assertThrows(DeviceTimeoutException.class, this::attach);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, MalformedDeviceException", // no entries in a queue (MQES)
        "4, 0x0, UnsupportedCapabilityException", // no command set (CSS)
        "4, 0x0001002f, MalformedDeviceException", // doorbells 128 KiB apart (DSTRD)
        "4, 0x00010020, MalformedDeviceException", // MPSMIN above MPSMAX
        "4, 0x00ff0020, UnsupportedCapabilityException" // pages of 128 MiB
    })
    void impossibleCapabilitiesAreRefused(long register, String value, String type) {
        int lie = Long.decode(value).intValue();
        simulation.override(RegionId.BAR0, (offset, width, honest) -> offset == register ? lie : honest);
        DeviceAccessException error = assertThrows(DeviceAccessException.class, this::attach);
        assertEquals(type, error.getClass().getSimpleName());
        assertEquals(0, simulation.mappings());
    }
}
