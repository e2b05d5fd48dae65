// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delivery, masking, waiting. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final DeviceAccess device = Sim.open(new TestModel());
    private final Region bar = device.region(RegionId.BAR0);
    private final Region config = device.region(RegionId.CONFIG);
    private final Simulation simulation = device.unwrap(Simulation.class).orElseThrow();

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void tellsWhatThereIs() {
        assertEquals(
                List.of(
                        new InterruptInfo(InterruptKind.INTX, 1, true, true, true),
                        new InterruptInfo(InterruptKind.MSI, 4, false, false, true),
                        new InterruptInfo(InterruptKind.MSIX, 5, false, false, true)),
                device.interrupts().kinds());
    }

    @Test
    void refusesWhatCannotBeEnabled() {
        assertThrows(
                InterruptKindAbsentException.class, () -> device.interrupts().enable(InterruptKind.UIO, 1));
        for (int wrong : new int[] {-1, 0, 6, Integer.MAX_VALUE}) {
            assertThrows(
                    InterruptVectorsException.class, () -> device.interrupts().enable(InterruptKind.MSIX, wrong));
        }
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            assertThrows(
                    InterruptsInUseException.class, () -> device.interrupts().enable(InterruptKind.INTX, 1));
            assertThrows(InterruptVectorsException.class, () -> msi.vector(1));
            assertThrows(InterruptVectorsException.class, () -> msi.vector(-1));
        }
        device.interrupts().enable(InterruptKind.INTX, 1).close();
    }

    @Test
    void countsMessagesExactlyForEachVector() throws InterruptedException {
        try (Interrupts msix = device.interrupts().enable(InterruptKind.MSIX, 3)) {
            for (int i = 0; i < 1000; i++) {
                bar.write32(TestModel.MESSAGE, i % 4);
            }
            assertEquals(250, msix.vector(0).await(LONG));
            assertEquals(250, msix.vector(1).poll());
            assertEquals(250, msix.vector(2).await(Duration.ZERO));
            assertEquals(0, msix.vector(2).poll());
            assertEquals(2, msix.vector(2).index());
            bar.write32(TestModel.MESSAGE, -1);
            assertEquals(-1, msix.awaitAny(Duration.ZERO));
        }
    }

    @Test
    void messagesNeedBusMastering() {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            config.write16(PciHeader.COMMAND, PciHeader.COMMAND_MEMORY);
            bar.write32(TestModel.MESSAGE, 0);
            assertEquals(0, msi.vector(0).poll());
            config.write16(PciHeader.COMMAND, PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_MASTER);
            assertEquals(0, msi.vector(0).poll(), "what was not sent is not kept");
            bar.write32(TestModel.MESSAGE, 0);
            assertEquals(1, msi.vector(0).poll());
        }
    }

    @Test
    void eventsBeforeEnablingAreNotSeen() {
        bar.write32(TestModel.MESSAGE, 0);
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            bar.write32(TestModel.MESSAGE, 0);
            bar.write32(TestModel.LINE, 1);
            assertEquals(1, msi.vector(0).poll());
        }
        bar.write32(TestModel.LINE, 0);
        try (Interrupts again = device.interrupts().enable(InterruptKind.MSI, 1)) {
            assertEquals(0, again.vector(0).poll());
        }
    }

    @Test
    void theLineIsALevelAndMaskedWhenItFires() {
        try (Interrupts intx = device.interrupts().enable(InterruptKind.INTX, 1)) {
            InterruptVector vector = intx.vector(0);
            bar.write32(TestModel.LINE, 1);
            bar.write32(TestModel.LINE, 1);
            assertEquals(1, vector.poll());
            assertTrue((config.read16(PciHeader.STATUS) & PciHeader.STATUS_INTERRUPT) != 0);
            bar.write32(TestModel.LINE, 0);
            bar.write32(TestModel.LINE, 1);
            assertEquals(0, vector.poll(), "masked");
            vector.unmask();
            assertEquals(1, vector.poll(), "the line was still asserted");
            bar.write32(TestModel.LINE, 0);
            vector.unmask();
            vector.unmask();
            assertEquals(0, vector.poll());
            vector.mask();
            bar.write32(TestModel.LINE, 1);
            assertEquals(0, vector.poll());
            vector.unmask();
            assertEquals(1, vector.poll());
        }
    }

    @Test
    void enablingUnderAnAssertedLineFires() {
        bar.write32(TestModel.LINE, 1);
        try (Interrupts intx = device.interrupts().enable(InterruptKind.INTX, 1)) {
            assertEquals(1, intx.vector(0).poll());
        }
        try (Interrupts again = device.interrupts().enable(InterruptKind.INTX, 1)) {
            assertEquals(1, again.vector(0).poll(), "a new enabling is not masked");
        }
    }

    @Test
    void theInterruptDisableBitHoldsTheLineBack() {
        try (Interrupts intx = device.interrupts().enable(InterruptKind.INTX, 1)) {
            config.write16(PciHeader.COMMAND, PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_INTX_DISABLE);
            bar.write32(TestModel.LINE, 1);
            assertEquals(0, intx.vector(0).poll());
            config.write16(PciHeader.COMMAND, PciHeader.COMMAND_MEMORY);
            assertEquals(1, intx.vector(0).poll());
        }
    }

    @Test
    void messagesCannotBeMasked() {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            assertThrows(
                    UnsupportedCapabilityException.class, () -> msi.vector(0).mask());
            assertThrows(
                    UnsupportedCapabilityException.class, () -> msi.vector(0).unmask());
        }
    }

    @Test
    void softwareTriggers() {
        for (InterruptInfo info : device.interrupts().kinds()) {
            try (Interrupts interrupts = device.interrupts().enable(info.kind(), info.vectors())) {
                InterruptVector last = interrupts.vector(info.vectors() - 1);
                last.trigger();
                last.trigger();
                assertEquals(2, last.poll(), info.kind().toString());
            }
        }
    }

    @Test
    void interruptsCanBeLostOnPurpose() {
        try (Interrupts intx = device.interrupts().enable(InterruptKind.INTX, 1)) {
            simulation.loseInterrupts(true);
            bar.write32(TestModel.LINE, 1);
            assertEquals(0, intx.vector(0).poll());
            simulation.loseInterrupts(false);
            assertEquals(1, intx.vector(0).poll());
        }
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            simulation.loseInterrupts(true);
            bar.write32(TestModel.MESSAGE, 0);
            simulation.loseInterrupts(false);
            assertEquals(0, msi.vector(0).poll());
        }
    }

    @Test
    void awaitAnyGoesRoundAndTakesNothing() throws InterruptedException {
        try (Interrupts msix = device.interrupts().enable(InterruptKind.MSIX, 5)) {
            assertEquals(-1, msix.awaitAny(Duration.ofMillis(5)));
            for (int vector : new int[] {1, 3, 4}) {
                bar.write32(TestModel.MESSAGE, vector);
            }
            List<Integer> seen = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                seen.add(msix.awaitAny(Duration.ZERO));
            }
            assertEquals(List.of(1, 3, 4, 1, 3, 4), seen);
            assertEquals(1, msix.vector(3).poll());
            assertEquals(1, msix.awaitAny(LONG));
            assertEquals(4, msix.awaitAny(LONG));
        }
    }

    @Test
    void awaitAnyIsWokenByAnyVector() throws Exception {
        try (Interrupts msix = device.interrupts().enable(InterruptKind.MSIX, 5);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> woken = threads.submit(() -> msix.awaitAny(LONG));
            Thread.sleep(20);
            bar.write32(TestModel.MESSAGE, 3);
            assertEquals(3, woken.get(60, TimeUnit.SECONDS));
            assertEquals(1, msix.vector(3).poll());
        }
    }

    @Test
    void waitsEndInTime() throws InterruptedException {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            long start = System.nanoTime();
            assertEquals(0, msi.vector(0).await(Duration.ofMillis(30)));
            assertTrue(System.nanoTime() - start >= 30_000_000, "not before its deadline");
            assertEquals(0, msi.vector(0).await(Duration.ofSeconds(-5)));
            bar.write32(TestModel.MESSAGE, 0);
            assertEquals(1, msi.vector(0).await(Duration.ofSeconds(Long.MAX_VALUE)), "a very long wait");
        }
    }

    @Test
    void interruptingAThreadLosesNoEvent() throws Exception {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            bar.write32(TestModel.MESSAGE, 0);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> msi.vector(0).await(LONG));
            assertFalse(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> msi.awaitAny(LONG));
            assertEquals(1, msi.vector(0).await(LONG));

            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch left = new CountDownLatch(1);
            Thread waiter = Thread.ofPlatform().start(() -> {
                entered.countDown();
                try {
                    msi.vector(0).await(LONG);
                } catch (InterruptedException e) {
                    left.countDown();
                }
            });
            entered.await();
            waiter.interrupt();
            assertTrue(left.await(60, TimeUnit.SECONDS));
            waiter.join();
        }
    }

    @Test
    void closingWakesEveryWaiter() throws Exception {
        for (boolean wholeDevice : new boolean[] {false, true}) {
            DeviceAccess opened = Sim.open(new TestModel());
            Interrupts msix = opened.interrupts().enable(InterruptKind.MSIX, 2);
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                List<Future<?>> waiters = List.of(
                        threads.submit(() -> msix.vector(0).await(LONG)),
                        threads.submit(() -> msix.vector(0).await(LONG)),
                        threads.submit(() -> msix.vector(1).await(LONG)),
                        threads.submit(() -> msix.awaitAny(LONG)));
                Future<?> event = threads.submit(() -> opened.events().await(LONG));
                Thread.sleep(30);
                if (wholeDevice) {
                    opened.close();
                } else {
                    msix.close();
                }
                for (Future<?> waiter : waiters) {
                    ExecutionException thrown =
                            assertThrows(ExecutionException.class, () -> waiter.get(60, TimeUnit.SECONDS));
                    assertEquals(IllegalStateException.class, thrown.getCause().getClass());
                }
                opened.close();
                ExecutionException thrown =
                        assertThrows(ExecutionException.class, () -> event.get(60, TimeUnit.SECONDS));
                assertEquals(IllegalStateException.class, thrown.getCause().getClass());
            }
        }
    }

    @Test
    void closedInterruptsAreRefused() {
        Interrupts intx = device.interrupts().enable(InterruptKind.INTX, 1);
        InterruptVector vector = intx.vector(0);
        intx.close();
        intx.close();
        assertThrows(IllegalStateException.class, vector::poll);
        assertThrows(IllegalStateException.class, () -> vector.await(LONG));
        assertThrows(IllegalStateException.class, vector::mask);
        assertThrows(IllegalStateException.class, vector::unmask);
        assertThrows(IllegalStateException.class, vector::trigger);
        assertThrows(IllegalStateException.class, () -> intx.awaitAny(LONG));
        try (Interrupts other = device.interrupts().enable(InterruptKind.INTX, 1)) {
            intx.close();
            other.vector(0).trigger();
            assertEquals(1, other.vector(0).poll(), "an old close does not reach the new interrupts");
        }
    }

    @Test
    void everyEventIsReportedToExactlyOneOfManyWaiters() throws Exception {
        int events = 20_000;
        Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1);
        AtomicLong taken = new AtomicLong();
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            waiters.add((i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
                try {
                    while (true) {
                        taken.addAndGet(msi.vector(0).await(LONG));
                    }
                } catch (IllegalStateException | InterruptedException e) {
                    // The end of the test.
                }
            }));
        }
        for (int i = 0; i < events; i++) {
            bar.write32(TestModel.MESSAGE, 0);
        }
        long end = System.nanoTime() + LONG.toNanos();
        while (taken.get() < events && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertEquals(events, taken.get());
        msi.close();
        for (Thread waiter : waiters) {
            waiter.join();
        }
        assertEquals(events, taken.get());
    }
}
