// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing: by whom and whenever, and what is left behind. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifeTimeTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void everythingIsRefusedAfterClose() {
        DeviceAccess device = Sim.open("edu");
        Region bar = device.region(RegionId.BAR0);
        Region config = device.region(RegionId.CONFIG);
        Region slice = bar.slice(0x80, 0x20);
        Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
        var dma = device.dma();
        var interrupts = device.interrupts();
        var events = device.events();
        device.close();
        device.close();
        assertFalse(device.isOpen());
        List<Runnable> uses = List.of(
                () -> bar.read32(0),
                () -> bar.write32(4, 0),
                () -> slice.read64(0),
                () -> config.read16(0),
                () -> config.write16(4, 0),
                () -> dma.allocate(4096, DmaConstraints.NONE),
                dma::limits,
                () -> interrupts.enable(InterruptKind.MSI, 1),
                device::reset,
                device::regions,
                () -> device.region(RegionId.BAR0),
                device::dma,
                device::interrupts,
                device::events,
                () -> device.unwrap(Simulation.class),
                simulation::remove,
                simulation::hang,
                simulation::raiseError,
                simulation::requestRelease,
                () -> simulation.loseInterrupts(true),
                () -> simulation.override(RegionId.BAR0, ReadOverride.NONE));
        for (Runnable use : uses) {
            IllegalStateException thrown = assertThrows(IllegalStateException.class, use::run);
            assertTrue(thrown.getMessage().contains("sim:edu"), thrown.getMessage());
        }
        assertThrows(IllegalStateException.class, () -> events.await(LONG));
        assertEquals("sim:edu", device.address().toString());
        assertEquals("edu", device.identity().name());
        assertEquals(0, simulation.mappings());
    }

    @Test
    void tenThousandOpensLeaveNoThreadBehind() {
        int before = Thread.activeCount();
        for (int i = 0; i < 10_000; i++) {
            try (DeviceAccess device = Sim.open("edu")) {
                Region bar = device.region(RegionId.BAR0);
                bar.write32(0x08, 5); // the device starts its thread
                if (i % 100 == 0) {
                    device.dma().allocate(4096, DmaConstraints.NONE);
                    device.interrupts().enable(InterruptKind.MSI, 1);
                }
            }
        }
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("device "))
                        .toList());
        assertTrue(Thread.activeCount() <= before);
    }

    @Test
    void theThreadOfADeviceStartsWithItsFirstWork() {
        try (DeviceAccess device = Sim.open("edu", Map.of("latency", "1000000"))) {
            Region bar = device.region(RegionId.BAR0);
            bar.write32(4, 1);
            assertEquals(0, deviceThreads());
            bar.write32(0x08, 5);
            assertEquals(1, deviceThreads());
        }
        assertEquals(0, deviceThreads());
    }

    @Test
    void anInterruptedThreadClosesAllTheSame() {
        DeviceAccess device = Sim.open("edu");
        device.region(RegionId.BAR0).write32(0x08, 5);
        Thread.currentThread().interrupt();
        device.close();
        assertTrue(Thread.interrupted(), "the interruption is kept");
        assertEquals(0, deviceThreads());
    }

    @Test
    void resetAndHangDropWhatWasStarted() throws InterruptedException {
        try (DeviceAccess device = Sim.open("edu", Map.of("latency", "50000"))) {
            Region bar = device.region(RegionId.BAR0);
            Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
            bar.write32(0x08, 5);
            device.reset();
            assertEquals(0, bar.read32(0x20));
            bar.write32(0x08, 5);
            simulation.hang();
            Thread.sleep(100);
            assertEquals(1, bar.read32(0x20), "hung while it computes");
            device.reset();
            bar.write32(0x08, 5);
            while (bar.read32(0x20) != 0) {
                Thread.onSpinWait();
            }
            assertEquals(120, bar.read32(0x08));
        }
    }

    /** Whatever those who race the closing see is a value or an IllegalStateException, and all of them come back. */
    @Test
    void closingRacesRegistersAndWaiters() throws Exception {
        race(10_000, device -> {
            Region bar = device.region(RegionId.BAR0);
            Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1);
            return List.of(
                    () -> {
                        bar.write32(4, 1);
                        assertEquals(~1, bar.read32(4));
                    },
                    () -> msi.vector(0).await(LONG));
        });
    }

    @Test
    void closingRacesDmaAndEverythingElse() throws Exception {
        race(1_000, device -> {
            Region bar = device.region(RegionId.BAR0);
            Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1);
            DmaBuffer buffer = device.dma().allocate(4096, DmaConstraints.addressBits(28));
            return List.of(
                    () -> {
                        bar.write64(0x80, 0x40000);
                        bar.write64(0x88, buffer.deviceAddress());
                        bar.write64(0x90, 64);
                        bar.write64(0x98, 7);
                    },
                    () -> msi.awaitAny(LONG),
                    () -> msi.vector(0).await(LONG),
                    () -> device.events().await(LONG),
                    () -> buffer.memory().get(ValueLayout.JAVA_BYTE, 0),
                    () -> device.dma().allocate(4096, DmaConstraints.NONE).close());
        });
    }

    /** Opens devices, and closes each from two threads while others repeat their uses until they are refused. */
    private static void race(int rounds, Function<DeviceAccess, List<Use>> prepare) throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < rounds; round++) {
                DeviceAccess device = Sim.open("edu", Map.of("latency", "0"));
                List<Use> uses = prepare.apply(device);
                CyclicBarrier start = new CyclicBarrier(uses.size() + 2);
                List<Future<?>> races = new ArrayList<>();
                for (Use use : uses) {
                    races.add(threads.submit(() -> repeat(start, use)));
                }
                races.add(threads.submit(() -> {
                    start.await();
                    device.close();
                    return null;
                }));
                start.await();
                device.close();
                assertFalse(device.isOpen());
                if (round % 100 == 0) {
                    assertEquals(0, deviceThreads(), "closed means closed, whoever did it");
                }
                for (Future<?> raced : races) {
                    raced.get(60, TimeUnit.SECONDS);
                }
            }
        }
    }

    private interface Use {
        void run() throws InterruptedException;
    }

    private static @Nullable Void repeat(CyclicBarrier start, Use use) throws Exception {
        start.await();
        try {
            while (true) {
                use.run();
            }
        } catch (IllegalStateException e) {
            return null;
        }
    }

    private static long deviceThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("device "))
                .count();
    }
}
