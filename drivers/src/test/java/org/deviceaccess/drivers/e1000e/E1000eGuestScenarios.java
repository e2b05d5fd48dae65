// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only this driver does on the two cards that QEMU emulates back to back, over each backend the same. */
@Timeout(300)
abstract class E1000eGuestScenarios {
    private static final E1000eDriverProvider PATIENT = new E1000eDriverProvider().withTimeout(Duration.ofSeconds(30));
    private static final MacAddress RIGHT = MacAddress.parse("52:54:00:00:00:14");
    private static final int WAKE_UPS = 20;

    private final String prefix;
    private final String options;
    private DeviceAccess leftDevice;
    private DeviceAccess rightDevice;

    E1000eGuestScenarios(String prefix, String options) {
        this.prefix = prefix;
        this.options = options;
    }

    @BeforeEach
    final void open() {
        leftDevice = Devices.open(prefix + "0000:00:13.0" + options);
        rightDevice = Devices.open(prefix + "0000:00:14.0" + options);
    }

    @AfterEach
    final void close() {
        leftDevice.close();
        rightDevice.close();
    }

    @Test
    final void eachKindOfInterruptWakesWhoWaits() throws IOException, InterruptedException {
        List<InterruptKind> kinds = rightDevice.interrupts().kinds().stream()
                .map(InterruptInfo::kind)
                .toList();
        assertFalse(kinds.isEmpty());
        try (NetworkPort left = PATIENT.attach(leftDevice)) {
            for (InterruptKind kind : kinds) {
                try (NetworkPort right = PATIENT.withInterrupts(kind).attach(rightDevice)) {
                    PacketBatch batch = right.pool().batch(1);
                    assertFalse(right.awaitPackets(Duration.ofMillis(1)), "the interrupt is enabled");
                    long before = interruptsOfRight();
                    long start = System.nanoTime();
                    for (int i = 0; i < WAKE_UPS; i++) {
                        Thread sender = Thread.ofPlatform().start(() -> {
                            LockSupport.parkNanos(20_000_000);
                            Flows.sendOne(left, RIGHT, 100, 1);
                        });
                        assertTrue(right.awaitPackets(Flows.LONG));
                        sender.join();
                        assertEquals(1, right.receive(batch));
                        batch.giveBack();
                    }
                    long seen = interruptsOfRight() - before;
                    System.out.println(prefix + " " + kind + ": " + seen + " interrupts for " + WAKE_UPS + " waits in "
                            + (System.nanoTime() - start) / 1_000_000 + " ms");
                    // A line that is not armed anew raises one. Some packets may come before anybody waits.
                    assertTrue(seen >= WAKE_UPS / 2, seen + " interrupts by " + kind);
                }
            }
        }
    }

    /** Counts what the kernel counted for the second card: by its name, or with UIO by that of the driver. */
    private static long interruptsOfRight() throws IOException {
        return Files.readAllLines(Path.of("/proc/interrupts")).stream()
                .filter(line -> line.contains("(0000:00:14.0)") || line.contains("uio_pci_generic"))
                .flatMap(line -> Stream.of(
                                line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
                        .takeWhile(word -> word.matches("[0-9]+")))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** Without bus mastering the card reads no descriptor, so nothing is sent although the link is up. */
    @Test
    final void aTransmitterThatHangsIsResetAndGoesOn() throws InterruptedException {
        Region config = leftDevice.region(RegionId.CONFIG);
        E1000eDriverProvider hasty = new E1000eDriverProvider().withTimeout(Duration.ofSeconds(2));
        try (NetworkPort left = hasty.attach(leftDevice);
                NetworkPort right = PATIENT.attach(rightDevice)) {
            new Flows(left, right, 1, true).run(10, Flows.LONG);
            int command = config.read16(PciHeader.COMMAND);
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MASTER);
            try {
                Flows.sendOne(left, RIGHT, 100, 1);
                while (left.underWay() > 0) {
                    Thread.sleep(5);
                }
            } finally {
                config.write16(PciHeader.COMMAND, command);
            }
            assertEquals(0, right.receive(right.pool().batch(1)), "the reset has dropped it");
            while (!left.link().up()) {
                Thread.sleep(5);
            }
            new Flows(left, right, 2, true).run(100, Flows.LONG);
        }
    }
}
