// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceLostException;
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
@Tag("uio")
class LifeTimeGuestTest {
    private static final String EDU = "uio:0000:00:10.0";
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int ROUNDS = Integer.getInteger("deviceaccess.test.rounds", 100);

    @Test
    void nothingWorksAfterClose() {
        DeviceAccess device = Devices.open(EDU);
        Region bar = device.region(RegionId.BAR0);
        Region config = device.region(RegionId.CONFIG);
        InterruptSupport interrupts = device.interrupts();
        Interrupts line = interrupts.enable(InterruptKind.INTX, 1);
        DeviceEvents events = device.events();
        assertTrue(device.isOpen());
        device.close();
        device.close();
        assertFalse(device.isOpen());
        List<Executable> uses = List.of(
                () -> bar.read32(0),
                () -> bar.write32(4, 1),
                () -> config.read32(0),
                () -> config.write8(PciHeader.COMMAND, 0),
                () -> interrupts.enable(InterruptKind.INTX, 1),
                () -> line.vector(0).poll(),
                () -> line.vector(0).await(LONG),
                () -> line.vector(0).unmask(),
                () -> line.awaitAny(LONG),
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
        line.close();
        assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
        assertEquals(EDU, device.address().toString());
    }

    @Test
    void manyCyclesLeaveNothingBehind() throws IOException {
        cycle(50);
        List<String> files = Guest.openFiles();
        int mappings = Guest.mappings().size();
        int threads = Thread.getAllStackTraces().size();
        cycle(500);
        assertEquals(files.size(), Guest.openFiles().size(), () -> "before " + files);
        assertTrue(Guest.mappings().stream()
                .noneMatch(line -> line.contains("/dev/uio") || line.contains("deviceaccess-not-decoded")));
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
            try (Edu edu = Edu.open(EDU)) {
                assertEquals(Edu.ID, edu.bar().read32(0));
                Region config = edu.device().region(RegionId.CONFIG);
                config.write8(PciHeader.COMMAND, 0);
                edu.device().interrupts().enable(InterruptKind.INTX, 1);
            }
        }
    }

    @Test
    void usersRaceClose() throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < ROUNDS; round++) {
                DeviceAccess device = Devices.open(EDU);
                Region bar = device.region(RegionId.BAR0);
                Region config = device.region(RegionId.CONFIG);
                Interrupts line = device.interrupts().enable(InterruptKind.INTX, 1);
                List<Future<?>> running = List.of(
                        refusedAtLast(threads, () -> {
                            assertEquals(Edu.ID, bar.read32(0));
                            bar.write32(Edu.LIVENESS, 1);
                        }),
                        refusedAtLast(threads, () -> assertEquals(0x1234, config.read16(0))),
                        refusedAtLast(threads, () -> line.vector(0).await(LONG)),
                        refusedAtLast(threads, () -> {
                            line.vector(0).mask();
                            line.vector(0).unmask();
                        }));
                if (round % 3 != 0) {
                    Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextInt(300_000)));
                }
                Future<?> other = threads.submit(device::close);
                device.close();
                other.get();
                for (Future<?> each : running) {
                    each.get();
                }
            }
        }
    }

    private static Future<?> refusedAtLast(ExecutorService threads, Executable use) {
        return threads.submit(() -> {
            assertThrows(IllegalStateException.class, () -> {
                for (; ; ) {
                    use.execute();
                }
            });
            return null;
        });
    }

    /** A thread reads while another switches decoding: whatever it meets, it is a value or an error. */
    @Test
    void readersMeetABarThatComesAndGoes() throws Exception {
        try (Edu edu = Edu.open(EDU);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> reader = refusedAtLast(threads, () -> {
                try {
                    edu.bar().read32(0);
                } catch (DeviceLostException away) {
                    Thread.onSpinWait();
                }
            });
            Region config = edu.device().region(RegionId.CONFIG);
            int command = config.read16(PciHeader.COMMAND);
            for (int round = 0; round < ROUNDS; round++) {
                config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
                config.write16(PciHeader.COMMAND, command);
            }
            assertEquals(Edu.ID, edu.bar().read32(0));
            edu.device().close();
            reader.get();
        }
    }
}
