// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@Tag("guest")
@Tag("vfio")
class LifeTimeGuestTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    // Opening and closing takes some 100 ms in emulation; the same races run 10,000 rounds in DeviceRaceTest.
    private static final int DEVICE_ROUNDS = Integer.getInteger("deviceaccess.test.rounds", 100);
    private static final int INTERRUPT_ROUNDS = 100 * DEVICE_ROUNDS;

    @Test
    void nothingWorksAfterClose() throws InterruptedException {
        DeviceAccess device = Devices.open(Addresses.WIDE);
        Region bar = device.region(RegionId.BAR0);
        Region config = device.region(RegionId.CONFIG);
        InterruptSupport interrupts = device.interrupts();
        Interrupts msi = interrupts.enable(InterruptKind.MSI, 1);
        DmaSupport dma = device.dma();
        DmaBuffer buffer = dma.allocate(100, DmaConstraints.NONE);
        DeviceEvents events = device.events();
        assertTrue(device.isOpen());
        device.close();
        device.close();
        assertFalse(device.isOpen());
        List<Executable> uses = List.of(
                () -> bar.read32(0),
                () -> bar.write32(4, 1),
                () -> config.read32(0),
                () -> config.write8(4, 0),
                () -> interrupts.enable(InterruptKind.MSI, 1),
                () -> msi.vector(0).poll(),
                () -> msi.vector(0).await(LONG),
                () -> msi.vector(0).trigger(),
                () -> msi.awaitAny(LONG),
                () -> dma.allocate(1, DmaConstraints.NONE),
                buffer::deviceAddress,
                () -> events.await(LONG),
                device::regions,
                () -> device.region(RegionId.BAR0),
                device::interrupts,
                device::dma,
                device::events,
                device::reset,
                () -> device.unwrap(Object.class));
        for (int i = 0; i < uses.size(); i++) {
            assertThrows(IllegalStateException.class, uses.get(i), "use " + i);
        }
        msi.close();
        buffer.close();
        assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
        assertEquals(Addresses.WIDE, device.address().toString());
    }

    @Test
    void busMasteringIsOffAfterClose() throws IOException, InterruptedException {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            device.dma().allocate(1, DmaConstraints.NONE);
            assertEquals(PciHeader.COMMAND_MASTER, commandBySysfs() & PciHeader.COMMAND_MASTER);
        }
        assertEquals(0, commandBySysfs() & PciHeader.COMMAND_MASTER);
    }

    private static int commandBySysfs() throws IOException, InterruptedException {
        return Integer.parseInt(Guest.sh("od -An -tu2 -j4 -N2 /sys/bus/pci/devices/0000:00:10.0/config")
                .strip());
    }

    @Test
    void manyCyclesLeaveNothingBehind() throws IOException {
        cycle(50);
        List<String> files = Guest.openFiles();
        int mappings = Guest.mappings().size();
        int threads = Thread.getAllStackTraces().size();
        cycle(500);
        assertEquals(files.size(), Guest.openFiles().size(), () -> "before " + files);
        assertTrue(Guest.mappings().stream().noneMatch(line -> line.contains("vfio")));
        // The JVM's own memory comes and goes in a few pieces; what a device leaves would be at least one per cycle.
        int grown = Guest.mappings().size() - mappings;
        assertTrue(grown < 100, "mappings more than before: " + grown);
        assertTrue(
                Thread.getAllStackTraces().size() <= threads + 2,
                "threads " + Thread.getAllStackTraces().keySet());
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("deviceaccess")));
    }

    private static void cycle(int times) {
        for (int i = 0; i < times; i++) {
            try (Edu edu = Edu.open(Addresses.WIDE)) {
                assertEquals(Edu.ID, edu.bar().read32(0));
                edu.device().dma().allocate(20_000, DmaConstraints.NONE);
                edu.device().interrupts().enable(InterruptKind.MSI, 1);
            }
        }
    }

    @Test
    void readersRaceClose() throws Exception {
        race(DEVICE_ROUNDS, device -> {
            Region bar = device.region(RegionId.BAR0);
            Region config = device.region(RegionId.CONFIG);
            return List.of(
                    () -> {
                        for (; ; ) {
                            assertEquals(Edu.ID, bar.read32(0));
                            bar.write32(Edu.LIVENESS, 1);
                        }
                    },
                    () -> {
                        for (; ; ) {
                            assertEquals(0x1234, config.read16(0));
                        }
                    });
        });
    }

    @Test
    void waitersRaceClose() throws Exception {
        race(DEVICE_ROUNDS, device -> {
            Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1);
            DeviceEvents events = device.events();
            return List.of(
                    () -> {
                        for (; ; ) {
                            msi.vector(0).await(LONG);
                        }
                    },
                    () -> {
                        for (; ; ) {
                            msi.awaitAny(LONG);
                            msi.vector(0).poll();
                        }
                    },
                    () -> {
                        for (; ; ) {
                            msi.vector(0).trigger();
                        }
                    },
                    () -> events.await(LONG));
        });
    }

    @Test
    void buffersRaceClose() throws Exception {
        race(DEVICE_ROUNDS, device -> {
            DmaSupport dma = device.dma();
            Executable churn = () -> {
                for (; ; ) {
                    DmaBuffer buffer = dma.allocate(10_000, DmaConstraints.NONE);
                    buffer.memory().set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 1);
                    buffer.close();
                }
            };
            InterruptSupport interrupts = device.interrupts();
            return List.of(churn, churn, () -> {
                for (; ; ) {
                    interrupts.enable(InterruptKind.MSI, 1).close();
                }
            });
        });
    }

    private interface Uses {
        List<Executable> of(DeviceAccess device);
    }

    /** Opens a device, lets threads use it, closes it by two threads, and sees that all uses end by being refused. */
    private static void race(int rounds, Uses uses) throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < rounds; round++) {
                DeviceAccess device = Devices.open(Addresses.WIDE);
                List<Future<?>> running = new ArrayList<>();
                for (Executable use : uses.of(device)) {
                    running.add(threads.submit(() -> {
                        assertThrows(IllegalStateException.class, use);
                        return null;
                    }));
                }
                pause(round);
                Future<?> other = threads.submit(device::close);
                device.close();
                other.get();
                for (Future<?> each : running) {
                    each.get();
                }
            }
        }
    }

    @Test
    void waitersRaceTheClosingOfInterrupts() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        try (DeviceAccess device = Devices.open(Addresses.WIDE);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < INTERRUPT_ROUNDS; round++) {
                Interrupts interrupts =
                        device.interrupts().enable(round % 2 == 0 ? InterruptKind.MSI : InterruptKind.INTX, 1);
                Future<?> waiter = threads.submit(() -> {
                    assertThrows(IllegalStateException.class, () -> {
                        for (; ; ) {
                            taken.addAndGet((int) interrupts.vector(0).await(LONG));
                        }
                    });
                    return null;
                });
                interrupts.vector(0).trigger();
                pause(round);
                interrupts.close();
                waiter.get();
            }
        }
        assertTrue(taken.get() <= INTERRUPT_ROUNDS, () -> "no event is counted twice: " + taken);
    }

    /** Lets the others get a little, a little more, or no way at all. */
    private static void pause(int round) throws InterruptedException {
        if (round % 3 != 0) {
            Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextInt(300_000)));
        }
    }
}
