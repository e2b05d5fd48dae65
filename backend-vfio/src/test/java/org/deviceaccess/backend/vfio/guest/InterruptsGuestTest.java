// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("vfio")
class InterruptsGuestTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    @Test
    void everyMessageIsCounted() throws InterruptedException {
        try (Edu edu = Edu.open(Addresses.WIDE);
                Interrupts interrupts = edu.device().interrupts().enable(InterruptKind.MSI, 1)) {
            InterruptVector vector = interrupts.vector(0);
            for (int i = 0; i < 1000; i++) {
                edu.raise(1);
                assertEquals(1, vector.await(LONG));
                edu.acknowledge();
            }
            assertEquals(0, vector.poll());
            for (int i = 0; i < 500; i++) {
                edu.raise(1);
                // A message that comes before the processor has taken the one before it is the same interrupt to it.
                Thread.sleep(1);
                edu.acknowledge();
            }
            long sum = 0;
            while (sum < 500) {
                long events = vector.await(LONG);
                assertTrue(events > 0, "after " + sum);
                sum += events;
            }
            assertEquals(500, sum);
            assertEquals(0, vector.await(SHORT));
        }
    }

    @Test
    void messagesNeedAndGetBusMastering() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            Region config = device.region(RegionId.CONFIG);
            assertEquals(0, config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER);
            device.interrupts().enable(InterruptKind.INTX, 1).close();
            assertEquals(0, config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER);
            device.interrupts().enable(InterruptKind.MSI, 1).close();
            assertEquals(PciHeader.COMMAND_MASTER, config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER);
        }
    }

    @Test
    void theLineIsMaskedByAnInterruptAndArmedAgainByUnmask() throws InterruptedException {
        try (Edu edu = Edu.open(Addresses.WIDE);
                Interrupts interrupts = edu.device().interrupts().enable(InterruptKind.INTX, 1)) {
            assertTrue(interrupts.info().autoMasked());
            InterruptVector line = interrupts.vector(0);
            for (int i = 0; i < 200; i++) {
                edu.raise(1);
                assertEquals(1, line.await(LONG));
                edu.acknowledge();
                line.unmask();
            }
            edu.raise(1);
            assertEquals(1, line.await(LONG));
            edu.acknowledge();
            edu.raise(2);
            assertEquals(0, line.await(SHORT), "masked until unmask is called");
            line.unmask();
            assertEquals(1, line.await(LONG), "the line is still asserted");
            line.unmask();
            assertEquals(1, line.await(LONG), "and it was not acknowledged");
            edu.acknowledge();
            line.unmask();
            assertEquals(0, line.await(SHORT));
        }
    }

    @Test
    void aMaskedLineHoldsItsInterruptBack() throws InterruptedException {
        try (Edu edu = Edu.open(Addresses.WIDE);
                Interrupts interrupts = edu.device().interrupts().enable(InterruptKind.INTX, 1)) {
            InterruptVector line = interrupts.vector(0);
            line.mask();
            line.mask();
            edu.raise(1);
            assertEquals(0, line.await(SHORT));
            line.unmask();
            assertEquals(1, line.await(LONG));
            edu.acknowledge();
            line.unmask();
            line.unmask();
            assertEquals(0, line.await(SHORT));
        }
    }

    @Test
    void softwareTriggersEveryKind() throws InterruptedException {
        try (DeviceAccess nvme = Devices.open("vfio:0000:00:12.0")) {
            trigger(nvme, InterruptKind.INTX, 1);
            trigger(nvme, InterruptKind.MSIX, 8);
        }
        try (DeviceAccess edu = Devices.open(Addresses.WIDE)) {
            trigger(edu, InterruptKind.MSI, 1);
        }
    }

    private static void trigger(DeviceAccess device, InterruptKind kind, int vectors) throws InterruptedException {
        try (Interrupts interrupts = device.interrupts().enable(kind, vectors)) {
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < vectors; i++) {
                    for (int n = 0; n < round; n++) {
                        interrupts.vector(i).trigger();
                    }
                    assertEquals(i, interrupts.awaitAny(LONG));
                    assertEquals(round, interrupts.vector(i).poll(), kind + " " + i);
                }
            }
            assertEquals(-1, interrupts.awaitAny(Duration.ZERO));
        }
    }

    @Test
    void manyVectorsAreFoundInTurn() throws InterruptedException {
        try (DeviceAccess nvme = Devices.open("vfio:0000:00:12.0");
                Interrupts interrupts = nvme.interrupts().enable(InterruptKind.MSIX, 4)) {
            interrupts.vector(1).trigger();
            interrupts.vector(3).trigger();
            int first = interrupts.awaitAny(LONG);
            int second = interrupts.awaitAny(LONG);
            assertEquals(4, first + second, first + " and " + second);
            assertThrows(InterruptVectorsException.class, () -> interrupts.vector(4));
            assertThrows(InterruptVectorsException.class, () -> interrupts.vector(-1));
        }
    }

    @Test
    void messagesCannotBeMasked() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE);
                Interrupts interrupts = device.interrupts().enable(InterruptKind.MSI, 1)) {
            assertFalse(interrupts.info().maskable());
            assertThrows(
                    UnsupportedCapabilityException.class,
                    () -> interrupts.vector(0).mask());
            assertThrows(
                    UnsupportedCapabilityException.class,
                    () -> interrupts.vector(0).unmask());
        }
    }

    @Test
    void oneKindAtATime() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            Interrupts line = device.interrupts().enable(InterruptKind.INTX, 1);
            assertThrows(
                    InterruptsInUseException.class, () -> device.interrupts().enable(InterruptKind.MSI, 1));
            assertThrows(
                    InterruptsInUseException.class, () -> device.interrupts().enable(InterruptKind.INTX, 1));
            line.close();
            line.close();
            device.interrupts().enable(InterruptKind.MSI, 1).close();
        }
    }

    @Test
    void kindsAndNumbersThatAreNotThereAreRefused() {
        try (DeviceAccess device = Devices.open(Addresses.WIDE)) {
            assertThrows(
                    InterruptKindAbsentException.class,
                    () -> device.interrupts().enable(InterruptKind.MSIX, 1));
            assertThrows(
                    InterruptKindAbsentException.class,
                    () -> device.interrupts().enable(InterruptKind.UIO, 1));
            for (int vectors : new int[] {0, -1, 2, Integer.MAX_VALUE}) {
                assertThrows(
                        InterruptVectorsException.class,
                        () -> device.interrupts().enable(InterruptKind.MSI, vectors));
            }
        }
    }
}
