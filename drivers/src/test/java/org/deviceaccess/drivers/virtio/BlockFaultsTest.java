// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.deviceaccess.backend.sim.ReadOverride;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.drivers.block.Report;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.CommandAbortedException;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a disk that does not do what it should: typed errors, no hang, and nothing lost for good. */
@Timeout(60)
class BlockFaultsTest {
    private DeviceAccess device;
    private Simulation simulation;
    private VirtioFaults faults;

    @BeforeEach
    void open() {
        device = Devices.open("sim:virtio-blk?latency=0");
        simulation = device.unwrap(Simulation.class).orElseThrow();
        faults = device.unwrap(VirtioFaults.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private VirtioDisk attach() {
        return new VirtioBlockDriverProvider()
                .withTimeout(Duration.ofMillis(100))
                .attach(device);
    }

    private void assertWorks(VirtioDisk disk) {
        try (DmaBuffer buffer = disk.allocate(4096)) {
            Exercise.fill(buffer.memory(), 0, 77);
            disk.write(16, 8, buffer, 0);
            buffer.memory().fill((byte) 0);
            disk.read(16, 8, buffer, 0);
            Exercise.check(buffer.memory(), 0, 77);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 77, 255})
    void aStatusBecomesItsException(int status) {
        try (VirtioDisk disk = attach();
                DmaBuffer buffer = disk.allocate(512)) {
            faults.fail(status);
            CommandFailedException error = assertThrows(CommandFailedException.class, () -> disk.read(7, 1, buffer, 0));
            assertTrue(error.getMessage().contains("read 1 blocks at 7 of sim:virtio-blk"), error.getMessage());
            assertTrue(error.getMessage().contains("(status " + status + ")"), error.getMessage());
            disk.read(7, 1, buffer, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatIsNeverDoneResetsTheDevice(Waiting waiting) throws InterruptedException {
        try (VirtioDisk disk = attach();
                BlockQueue queue = disk.openQueue(8, waiting);
                BlockQueue other = disk.openQueue(8, waiting)) {
            simulation.hang();
            other.submitFlush(9);
            other.start();
            queue.submitFlush(1);
            queue.submitFlush(2);
            List<Report> reports = Report.collect(queue);
            assertEquals(2, reports.size());
            assertTrue(
                    reports.stream().anyMatch(report -> report.status() == BlockStatus.TIMED_OUT), reports::toString);
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void aDeviceThatNeedsAResetGetsOne() throws InterruptedException {
        try (VirtioDisk disk = attach();
                BlockQueue queue = disk.openQueue(8, Waiting.INTERRUPT)) {
            faults.needReset();
            assertThrows(CommandAbortedException.class, disk::flush);
            assertWorks(disk);
            queue.submitFlush(1);
            assertEquals(1, Report.collect(queue).size());
            queue.submitFlush(2);
            assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(queue));
        }
    }

    @Test
    void strangeAnswersAreFaultsAndNothingHangs() throws InterruptedException {
        List<Runnable> strange =
                List.of(faults::useUnknownId, faults::useImpossibleId, faults::useTooLong, () -> faults.useLength(-1));
        try (VirtioDisk disk = attach();
                DmaBuffer buffer = disk.allocate(8192)) {
            for (Runnable each : strange) {
                try (BlockQueue queue = disk.openQueue(8, Waiting.POLLING)) {
                    buffer.memory().fill((byte) 0x5a);
                    each.run();
                    queue.submitRead(0, 1, buffer, 4096, 1);
                    assertThrows(
                            DeviceFaultException.class, () -> queue.await(Exercise.LONG, (token, status, code) -> {}));
                    assertEquals(1, queue.underWay());
                    assertEquals(List.of(new Report(1, BlockStatus.ABORTED)), Report.collect(queue));
                    for (int at = 0; at < 4096; at++) {
                        assertEquals(0x5a, buffer.memory().get(ValueLayout.JAVA_BYTE, at));
                        if (at >= 512) {
                            assertEquals(0x5a, buffer.memory().get(ValueLayout.JAVA_BYTE, 4096 + at));
                        }
                    }
                }
                assertWorks(disk);
            }
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void anAnswerThatComesTwiceIsAFault() throws InterruptedException {
        try (VirtioDisk disk = attach();
                BlockQueue queue = disk.openQueue(1, Waiting.POLLING)) {
            faults.useTwice();
            // The second one may pass for the answer to the next request, whose own answer is one too many then.
            assertThrows(DeviceFaultException.class, () -> {
                for (int i = 0; i < 10; i++) {
                    queue.submitFlush(i);
                    Report.collect(queue);
                }
            });
            Report.collect(queue);
            assertWorks(disk);
        }
    }

    @Test
    void aResetThatDoesNotEndIsSaidFromThenOn() {
        VirtioDisk disk = attach();
        faults.lose();
        faults.neverFinishReset(true);
        assertThrows(ResetFailedException.class, disk::flush);
        assertThrows(ResetFailedException.class, disk::flush, "from then on");
        assertThrows(ResetFailedException.class, () -> disk.openQueue(1, Waiting.POLLING));
        assertThrows(DeviceTimeoutException.class, disk::close);
        assertTrue(simulation.mappings() > 0, "memory that the device may use is not given back");
    }

    @Test
    void configurationsThatMakeNoSenseAreRefused() {
        refused(20, 512 + 1);
        refused(20, 0);
        refused(20, 1 << 30);
        refused(12, 0);
        refused(34, 0);
        refused(34, 99);
        refused(4, 0x7fff_ffff);
    }

    /** Lets a field of the configuration have a value, so long as the driver attaches. */
    private void refused(int field, int value) {
        simulation.override(RegionId.bar(4), (offset, width, honest) -> offset == 0x2000 + field ? value : honest);
        assertThrows(MalformedDeviceException.class, this::attach, () -> value + " at " + field);
        simulation.override(RegionId.bar(4), ReadOverride.NONE);
        assertEquals(0, simulation.mappings());
    }

    @Test
    void queuesThatMakeNoSenseAreRefused() {
        for (int size : new int[] {0, 65_535}) {
            simulation.override(RegionId.bar(4), (offset, width, honest) -> offset == 0x18 ? size : honest);
            assertThrows(MalformedDeviceException.class, this::attach);
        }
        simulation.override(RegionId.bar(4), (offset, width, honest) -> offset == 0x1e ? 0x4000 : honest);
        assertThrows(MalformedDeviceException.class, this::attach);
        simulation.override(RegionId.bar(4), (offset, width, honest) -> offset == 0x1c ? 1 : honest);
        assertThrows(MalformedDeviceException.class, this::attach);
        simulation.override(RegionId.bar(4), new Restless());
        assertThrows(DeviceFaultException.class, this::attach);
        simulation.override(RegionId.bar(4), ReadOverride.NONE);
        faults.refuseVectors();
        DeviceAccessException error = assertThrows(DeviceFaultException.class, this::attach);
        assertTrue(error.getMessage().contains("MSI-X vector"), error.getMessage());
        assertEquals(0, simulation.mappings());
    }

    /** A configuration that changes whenever it is read. */
    private static final class Restless implements ReadOverride {
        private int generation;

        @Override
        public long answer(long offset, AccessWidth width, long honest) {
            return offset == 0x15 ? ++generation : honest;
        }
    }
}
