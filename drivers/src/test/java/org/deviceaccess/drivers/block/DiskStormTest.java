// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A storm over the drivers of disks: no DMA fault, no wrong byte, no lost token, no leak, in bounded time. */
@Timeout(600)
class DiskStormTest {
    /** For each of two kinds of disk and two kinds of storm: 2,000 in all. */
    private static final int ROUNDS = 500;

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNothingForbiddenIsDone(SimulatedDisk kind) throws Exception {
        try (DeviceAccess device = kind.open("latency=50")) {
            AtomicReference<RecoveringDisk> disk = new AtomicReference<>();
            run(kind, device, disk, disturbances(kind, device, disk));
            assertEquals(List.of(), SimulatedDisk.simulation(device).forbiddenAccesses());
        }
    }

    /** A driver cannot know of such a reset before it looks, so it may touch what is not there any more. */
    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhoeverResetsTheDevice(SimulatedDisk kind) throws Exception {
        try (DeviceAccess device = kind.open("latency=50")) {
            AtomicReference<RecoveringDisk> disk = new AtomicReference<>();
            List<Runnable> disturbances = disturbances(kind, device, disk);
            disturbances.add(device::reset);
            disturbances.add(device::reset);
            run(kind, device, disk, disturbances);
        }
    }

    private static List<Runnable> disturbances(
            SimulatedDisk kind, DeviceAccess device, AtomicReference<RecoveringDisk> disk) {
        return new ArrayList<>(List.of(
                () -> disk.get().reset(),
                () -> kind.stall(device),
                () -> kind.answerStrangely(device),
                () -> kind.fail(device)));
    }

    private static void run(
            SimulatedDisk kind, DeviceAccess device, AtomicReference<RecoveringDisk> disk, List<Runnable> disturbances)
            throws Exception {
        Simulation simulation = SimulatedDisk.simulation(device);
        try (Arena arena = Arena.ofShared()) {
            DiskStorm storm = new DiskStorm(
                    () -> {
                        disk.set(kind.attach(device, Duration.ofMillis(60)));
                        return disk.get();
                    },
                    disturbances,
                    TimeUnit.MILLISECONDS.toNanos(4),
                    kind.ordinal());
            storm.run(
                    round -> round < ROUNDS,
                    () -> device.dma()
                            .map(
                                    arena.allocate(DiskStorm.MEMORY, 4096),
                                    DmaConstraints.NONE.withSegments(Integer.MAX_VALUE, Long.MAX_VALUE)),
                    () -> {
                        assertEquals(0, simulation.mappings());
                        assertEquals(List.of(), simulation.dmaFaults());
                    });
        }
    }
}
