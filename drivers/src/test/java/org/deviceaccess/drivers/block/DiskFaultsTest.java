// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Any disk that fails, is reset by others, does not interrupt, or is not there any more. */
@Timeout(60)
class DiskFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    @ParameterizedTest
    @EnumSource
    void oneCommandOfManyFails(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, SHORT)) {
            for (Waiting waiting : Waiting.values()) {
                try (BlockQueue queue = disk.openQueue(8, waiting)) {
                    queue.submitFlush(0);
                    assertEquals(List.of(new Report(0, BlockStatus.SUCCESS)), Report.collect(queue));
                    kind.fail(device);
                    for (int token = 1; token <= 3; token++) {
                        queue.submitFlush(token);
                    }
                    assertEquals(
                            List.of(
                                    new Report(1, BlockStatus.FAILED),
                                    new Report(2, BlockStatus.SUCCESS),
                                    new Report(3, BlockStatus.SUCCESS)),
                            Report.collect(queue));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetByOthersIsNoticed(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0")) {
            try (RecoveringDisk disk = kind.attach(device, SHORT)) {
                for (Waiting waiting : Waiting.values()) {
                    try (BlockQueue queue = disk.openQueue(8, waiting)) {
                        queue.submitFlush(0);
                        assertEquals(List.of(new Report(0, BlockStatus.SUCCESS)), Report.collect(queue));
                        device.reset();
                        queue.submitFlush(1);
                        assertEquals(List.of(new Report(1, BlockStatus.ABORTED)), Report.collect(queue));
                        queue.submitFlush(2);
                        assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(queue));
                        disk.flush();
                    }
                }
            }
            assertEquals(0, SimulatedDisk.simulation(device).mappings());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatHangsIsBroughtBackByAResetOfTheFunction(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, SHORT)) {
            SimulatedDisk.simulation(device).hang();
            assertThrows(DeviceAccessException.class, disk::flush);
            if (kind == SimulatedDisk.VIRTIO) {
                // Its own reset seems to succeed, so only the second command tells that it did not help.
                assertThrows(DeviceAccessException.class, disk::flush);
            }
            disk.flush();
        }
    }

    @ParameterizedTest
    @EnumSource
    void lostInterruptsAreMadeUpFor(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0");
                RecoveringDisk disk = kind.attach(device, Duration.ofSeconds(20));
                BlockQueue queue = disk.openQueue(8, Waiting.INTERRUPT)) {
            SimulatedDisk.simulation(device).loseInterrupts(true);
            queue.submitFlush(1);
            assertEquals(List.of(new Report(1, BlockStatus.SUCCESS)), Report.collect(queue));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDiskThatIsPulledOutIsLost(SimulatedDisk kind) {
        try (DeviceAccess device = kind.open("latency=0")) {
            RecoveringDisk disk = kind.attach(device, SHORT);
            BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
            SimulatedDisk.simulation(device).remove();
            assertThrows(DeviceLostException.class, () -> {
                queue.submitFlush(1);
                Report.collect(queue);
            });
            assertThrows(DeviceLostException.class, disk::flush);
            disk.close();
            queue.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDiskThatReadsAsAllOnesIsLost(SimulatedDisk kind) {
        for (Waiting waiting : Waiting.values()) {
            try (DeviceAccess device = kind.open("latency=0")) {
                RecoveringDisk disk = kind.attach(device, SHORT);
                BlockQueue queue = disk.openQueue(8, waiting);
                kind.stall(device);
                queue.submitFlush(1);
                readAsAllOnes(device);
                assertThrows(DeviceLostException.class, () -> Report.collect(queue));
                assertThrows(DeviceLostException.class, disk::flush);
                disk.close();
                queue.close();
            }
        }
        try (DeviceAccess device = kind.open("latency=0")) {
            readAsAllOnes(device);
            assertThrows(DeviceLostException.class, () -> kind.attach(device, SHORT));
            assertEquals(0, SimulatedDisk.simulation(device).mappings());
        }
    }

    private static void readAsAllOnes(DeviceAccess device) {
        Simulation simulation = SimulatedDisk.simulation(device);
        for (int bar : new int[] {0, 4}) {
            RegionId id = RegionId.bar(bar);
            if (device.regions().stream().anyMatch(info -> info.id().equals(id))) {
                simulation.override(id, (offset, width, honest) -> -1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void queuesGoOnAfterManyResets(SimulatedDisk kind) throws InterruptedException {
        try (DeviceAccess device = kind.open("latency=0")) {
            try (RecoveringDisk disk = kind.attach(device, SHORT);
                    BlockQueue queue = disk.openQueue(8, Waiting.POLLING);
                    BlockQueue other = disk.openQueue(8, Waiting.INTERRUPT)) {
                for (int round = 0; round < 3; round++) {
                    kind.stall(device);
                    queue.submitFlush(1);
                    assertEquals(List.of(new Report(1, BlockStatus.TIMED_OUT)), Report.collect(queue));
                    // Two resets that a queue sees as one.
                    disk.reset();
                    disk.reset();
                    for (BlockQueue each : List.of(queue, other)) {
                        each.submitFlush(2);
                        assertEquals(List.of(new Report(2, BlockStatus.SUCCESS)), Report.collect(each));
                    }
                    disk.flush();
                }
                Exercise.writeAndVerify(disk, Waiting.POLLING, 4, 0, 1000, 5);
            }
            Simulation simulation = SimulatedDisk.simulation(device);
            assertEquals(0, simulation.mappings());
            assertEquals(List.of(), simulation.dmaFaults());
            assertEquals(List.of(), simulation.deviceFaults());
            assertTrue(simulation.forbiddenAccesses().isEmpty(), () -> String.valueOf(simulation.forbiddenAccesses()));
        }
    }
}
