// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.linux.testing.InterruptScenarios;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("uio")
class InterruptsGuestTest {
    private static final String EDU = "uio:0000:00:10.0";
    private static final InterruptScenarios LINE = new InterruptScenarios(EDU, InterruptKind.INTX);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int MANY = 10_000;

    private static Interrupts enable(Edu edu) {
        return edu.device().interrupts().enable(InterruptKind.INTX, 1);
    }

    private static long kernelTotal() throws IOException, InterruptedException {
        String name = Guest.sh("ls /sys/bus/pci/devices/0000:00:10.0/uio").strip();
        return Long.parseLong(
                Files.readString(Path.of("/sys/class/uio", name, "event")).strip());
    }

    @Test
    void oneThreadCountsExactly() throws Exception {
        countsExactly(1, Thread.ofPlatform());
    }

    @Test
    void twoThreadsCountExactlyTogether() throws Exception {
        countsExactly(2, Thread.ofPlatform());
    }

    @Test
    void aVirtualThreadCountsExactly() throws Exception {
        countsExactly(1, Thread.ofVirtual());
    }

    private static void countsExactly(int waiters, Thread.Builder builder) throws Exception {
        long before = kernelTotal();
        LINE.areCountedExactly(MANY, waiters, builder);
        assertEquals(MANY, kernelTotal() - before, "what the kernel counted");
    }

    @Test
    void aWaitEndsByTimeInterruptAndClosing() throws Exception {
        LINE.waitsEnd(Thread.ofPlatform());
        LINE.waitsEnd(Thread.ofVirtual());
    }

    @Test
    void theLineIsMaskedByAnInterruptAndArmedAgainByUnmask() throws InterruptedException {
        try (Edu edu = Edu.open(EDU);
                Interrupts interrupts = enable(edu)) {
            assertTrue(interrupts.info().autoMasked());
            InterruptVector line = interrupts.vector(0);
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
            line.mask();
            line.mask();
            edu.raise(1);
            assertEquals(0, line.await(SHORT));
            line.unmask();
            assertEquals(1, line.await(LONG));
            edu.acknowledge();
        }
    }

    @Test
    void whatWasRaisedBeforeIsNotReported() throws InterruptedException {
        try (Edu edu = Edu.open(EDU)) {
            edu.raise(1);
            edu.acknowledge();
            try (Interrupts interrupts = enable(edu)) {
                assertEquals(0, interrupts.vector(0).poll());
                edu.raise(1);
                assertEquals(0, interrupts.awaitAny(LONG));
            }
            edu.acknowledge();
            try (Interrupts interrupts = enable(edu)) {
                assertEquals(0, interrupts.vector(0).await(SHORT), "an event that was not taken, closed since");
                edu.raise(1);
                assertEquals(1, interrupts.vector(0).await(LONG));
                edu.acknowledge();
            }
        }
    }

    /** The bridge to the slow devices of the chip set has no pin; this kernel's uio_pci_generic takes it all the same. */
    @Test
    void aDeviceWithoutInterruptSaysSo() throws IOException, InterruptedException {
        Guest.bind("0000:00:1f.0", "uio_pci_generic");
        try (DeviceAccess bridge = Devices.open("uio:0000:00:1f.0")) {
            assertEquals(List.of(), bridge.interrupts().kinds());
            assertEquals(Set.of(Capability.CONFIG_SPACE), bridge.capabilities());
            var error = assertThrows(
                    InterruptKindAbsentException.class,
                    () -> bridge.interrupts().enable(InterruptKind.INTX, 1));
            assertTrue(error.detail().contains("no interrupt"), error.getMessage());
        } finally {
            Guest.bind("0000:00:1f.0", "");
        }
    }
}
