// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel takes a device away that is open. */
@Tag("guest")
@Tag("uio")
class RemovalGuestTest {
    private static final String DEVICE = "0000:00:11.0";
    private static final Path PCI = Path.of("/sys/bus/pci");
    private static final long LONG = 60;

    private static void remove() throws IOException {
        Files.writeString(PCI.resolve("devices").resolve(DEVICE).resolve("remove"), "1");
    }

    @AfterEach
    void bringBack() throws IOException, InterruptedException {
        Files.writeString(PCI.resolve("rescan"), "1");
        Guest.bind(DEVICE, "uio_pci_generic");
    }

    @Test
    void whoWaitsIsToldAndTheBarIsLostAndClosingIsNoError() throws Exception {
        try (Edu edu = Edu.open("uio:" + DEVICE)) {
            Interrupts line = edu.device().interrupts().enable(InterruptKind.INTX, 1);
            FutureTask<Long> waiter = new FutureTask<>(() -> line.vector(0).await(Duration.ofSeconds(LONG)));
            Thread.ofPlatform().start(waiter);
            assertEquals(Edu.ID, edu.bar().read32(0));
            remove();
            var told = assertThrows(ExecutionException.class, () -> waiter.get(LONG, TimeUnit.SECONDS));
            assertInstanceOf(DeviceLostException.class, told.getCause());
            assertThrows(DeviceLostException.class, () -> edu.bar().read32(0));
            assertThrows(DeviceLostException.class, () -> edu.bar().write32(Edu.LIVENESS, 1));
        }
    }

    @Test
    void withoutAWaiterWhoeverReadsConfigurationSpaceIsTold() throws Exception {
        try (Edu edu = Edu.open("uio:" + DEVICE)) {
            assertEquals(Edu.ID, edu.bar().read32(0));
            remove();
            assertThrows(
                    DeviceLostException.class,
                    () -> edu.device().region(RegionId.CONFIG).read16(0));
            assertThrows(DeviceLostException.class, () -> edu.bar().read32(0));
        }
    }

    @Test
    void closingIsNoErrorThoughNobodyHasNoticed() throws Exception {
        try (Edu edu = Edu.open("uio:" + DEVICE)) {
            edu.device().interrupts().enable(InterruptKind.INTX, 1);
            remove();
        }
    }
}
