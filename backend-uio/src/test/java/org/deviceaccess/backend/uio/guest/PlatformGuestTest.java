// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.backend.uio.UioProvider;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device that is not PCI, whose kernel driver switches its interrupt and exports no maps. */
@Tag("guest")
@Tag("uio-platform")
class PlatformGuestTest {
    private static final String DEVICE = "uio:uio0?unsafe=true";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    /** Lets the device raise its interrupt, which the script acknowledges. */
    private static void raise(int count) throws IOException, InterruptedException {
        Guest.sh("../testbed/guest/raise-platform-interrupt " + count);
    }

    @Test
    void itIsWhatItIs() {
        try (DeviceAccess device = Devices.open(DEVICE)) {
            assertEquals("uio0", device.identity().name());
            assertNull(device.identity().pci());
            assertEquals(DEVICE, device.address().toString());
            assertEquals(TrustLevel.UNPROTECTED, device.trust());
            assertEquals(Set.of(Capability.UIO_INTERRUPT, Capability.DMA), device.capabilities());
            assertEquals(List.of(), device.regions());
            assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.CONFIG));
            assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.uioMap(0)));
        }
        assertThrows(UnsafeNotAllowedException.class, () -> Devices.open("uio:uio0"));
        assertEquals(
                List.of("uio:uio0"),
                new UioProvider()
                        .discover().stream()
                                .map(summary -> summary.address().toString())
                                .toList());
    }

    @Test
    void itsInterruptIsCountedAndArmedByTheDriver() throws Exception {
        try (DeviceAccess device = Devices.open(DEVICE);
                Interrupts interrupts = device.interrupts().enable(InterruptKind.UIO, 1)) {
            assertTrue(interrupts.info().autoMasked());
            InterruptVector vector = interrupts.vector(0);
            for (int i = 0; i < 20; i++) {
                FutureTask<Long> waiter = new FutureTask<>(() -> vector.await(LONG));
                (i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(waiter);
                raise(1);
                assertEquals(1, waiter.get(LONG.toSeconds(), TimeUnit.SECONDS), "interrupt " + i);
                vector.unmask();
                assertEquals(0, vector.poll());
            }
        }
    }

    @Test
    void theDriverKeepsItOffUntilItIsArmed() throws IOException, InterruptedException {
        try (DeviceAccess device = Devices.open(DEVICE);
                Interrupts interrupts = device.interrupts().enable(InterruptKind.UIO, 1)) {
            InterruptVector vector = interrupts.vector(0);
            raise(3);
            assertEquals(1, vector.await(LONG), "the first one masks");
            assertEquals(0, vector.await(SHORT));
            vector.unmask();
            assertEquals(0, vector.await(SHORT), "acknowledged meanwhile");
            vector.mask();
            raise(1);
            assertEquals(0, vector.await(SHORT), "masked");
            vector.unmask();
            raise(1);
            assertEquals(1, vector.await(LONG));
        }
    }

    @Test
    void enabledAgainItCountsFromZero() throws IOException, InterruptedException {
        try (DeviceAccess device = Devices.open(DEVICE)) {
            for (int round = 0; round < 3; round++) {
                try (Interrupts interrupts = device.interrupts().enable(InterruptKind.UIO, 1)) {
                    assertEquals(0, interrupts.vector(0).poll());
                    raise(1);
                    assertEquals(0, interrupts.awaitAny(LONG));
                }
                raise(1); // switched off
            }
        }
    }
}
