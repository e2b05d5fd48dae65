// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What all virtio devices share: interrupts, resets and failing (virtio 1.2, 2.1 and 4.1). */
@Timeout(60)
class TransportModelTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int CONFIGURATION_CHANGED = 2;

    private DeviceAccess device;
    private TestDriver driver;
    private VirtioFaults faults;

    private void open(String options) {
        device = Devices.open("sim:virtio-rng?latency=0" + options);
        faults = device.unwrap(VirtioFaults.class).orElseThrow();
        driver = new TestDriver(device);
    }

    @AfterEach
    void close() {
        device.close();
    }

    private List<InterruptKind> kinds() {
        return device.interrupts().kinds().stream().map(InterruptInfo::kind).toList();
    }

    private void drawRandomBytes() {
        driver.add(0, TestDriver.written(TestDriver.DATA, 64));
        assertEquals(64, driver.await(0).length());
    }

    @Test
    void oneVectorServesEverything() throws InterruptedException {
        open("&vectors=1");
        try (Interrupts messages = device.interrupts().enable(InterruptKind.MSIX, 1)) {
            assertEquals(1, messages.info().vectors());
            driver.start(1);
            assertEquals(TestDriver.NO_VECTOR, driver.queueVector(0), "there is no vector 1");
            driver.start(0);
            assertEquals(0, driver.queueVector(0));
            drawRandomBytes();
            assertEquals(1, messages.vector(0).await(LONG));
            driver.bar.write16(TestDriver.CONFIG_VECTOR, 0);
            faults.needReset();
            assertEquals(1, messages.vector(0).await(LONG));
        }
    }

    @Test
    void aDeviceHasALineAloneOrNoInterruptAtAll() {
        open("");
        assertEquals(
                List.of(InterruptKind.INTX, InterruptKind.MSIX),
                kinds().stream().sorted().toList());
        device.close();
        open("&interrupts=line");
        assertEquals(List.of(InterruptKind.INTX), kinds());
        device.close();
        open("&interrupts=none");
        assertEquals(List.of(), kinds());
        driver.start();
        drawRandomBytes();
    }

    @Test
    void aDeviceThatNeedsAResetTellsItsDriver() throws InterruptedException {
        open("&interrupts=line");
        driver.start();
        try (Interrupts line = device.interrupts().enable(InterruptKind.INTX, 1)) {
            faults.needReset();
            assertEquals(1, line.vector(0).await(LONG));
            assertEquals(CONFIGURATION_CHANGED, driver.bar.read8(TestDriver.ISR));
            assertEquals(TestDriver.NEEDS_RESET | 15, driver.status());
            driver.add(0, TestDriver.written(TestDriver.DATA, 64));
            assertFalse(line.vector(0).await(Duration.ofMillis(20)) > 0, "it does no more");
        }
        driver.start();
        drawRandomBytes();
    }

    @Test
    void aResetEndsLateIfAsked() {
        open("");
        driver.start();
        faults.delayResets(Duration.ofMillis(50));
        long start = System.nanoTime();
        driver.bar.write8(TestDriver.STATUS, 0);
        while (driver.status() != 0) {
            Thread.onSpinWait();
        }
        assertTrue(System.nanoTime() - start >= 50_000_000, "it took its time");
        faults.delayResets(Duration.ZERO);
        driver.start();
        drawRandomBytes();
    }

    @Test
    void aResetThatNeverEndsIsEndedByTheFunctionsReset() {
        open("");
        driver.start();
        faults.neverFinishReset(true);
        driver.bar.write8(TestDriver.STATUS, 0);
        for (int i = 0; i < 1000; i++) {
            assertTrue(driver.status() != 0);
        }
        device.reset();
        assertEquals(0, driver.status());
        faults.neverFinishReset(false);
        driver.start();
        drawRandomBytes();
    }
}
