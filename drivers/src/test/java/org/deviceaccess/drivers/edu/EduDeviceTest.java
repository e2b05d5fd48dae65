// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.pci.PciId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The driver on a device that keeps to its specification: what it tells the device, and its life time. */
@Timeout(30)
class EduDeviceTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeEdu fake = new FakeEdu();
    private final DeviceAccess device = fake.device();

    @Test
    void isFoundForItsPciIdsOnly() {
        EduDriverProvider found = Drivers.installed().providers().stream()
                .filter(EduDriverProvider.class::isInstance)
                .map(EduDriverProvider.class::cast)
                .findFirst()
                .orElseThrow();
        assertTrue(found.matches(device.identity()));
        assertFalse(found.matches(new DeviceIdentity("nvme", new PciId(0x1b36, 0x0010, 0, 0, 0x010802, 2), -1)));
        assertFalse(found.matches(new DeviceIdentity("uio3", null, -1)));
    }

    @Test
    void tellsItsVersion() {
        fake.identification = 0x0203_00ed;
        assertEquals("2.3", new EduDriverProvider().attach(device).version());
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "5,120", "12,479001600", "13,1932053504", "33,2147483648", "34,0"})
    void factorials(int n, long expected) throws Exception {
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            assertEquals(expected, edu.factorial(n, Completion.POLLING));
            assertEquals(expected, edu.factorial(n, Completion.INTERRUPT));
            assertEquals(expected, edu.factorial(n, Completion.POLLING));
        }
        assertTrue(fake.isQuiet());
    }

    @Test
    void nothingIsTakenBeforeItIsNeeded() {
        new EduDriverProvider().attach(device).close();
        assertEquals(List.of(), fake.raised.log);
        verify(device, times(0)).dma();
    }

    @Test
    void factorialsByPollingAllocateNothing() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 20 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int n = 0; n < 100; n++) {
                    edu.factorial(n, Completion.POLLING);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }

    @Test
    void aCopyIsOneTransferForEachPiece() throws Exception {
        DmaBuffer pieces = FakeEdu.buffer(
                3000,
                DmaDirection.BIDIRECTIONAL,
                new DmaSegment(0, 0x1000, 1000),
                new DmaSegment(1000, 0x9000, 1000),
                new DmaSegment(2000, 0x5000, 1000));
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            edu.copyToDevice(pieces, 900, 10, 1200, Completion.POLLING);
            edu.copyFromDevice(10, pieces, 900, 1200, Completion.INTERRUPT);
        }
        assertEquals(
                List.of(
                        new FakeEdu.Transfer(0x1000 + 900, 0x40000 + 10, 100, 1),
                        new FakeEdu.Transfer(0x9000, 0x40000 + 110, 1000, 1),
                        new FakeEdu.Transfer(0x5000, 0x40000 + 1110, 100, 1),
                        new FakeEdu.Transfer(0x40000 + 10, 0x1000 + 900, 100, 7),
                        new FakeEdu.Transfer(0x40000 + 110, 0x9000, 1000, 7),
                        new FakeEdu.Transfer(0x40000 + 1110, 0x5000, 100, 7)),
                fake.transfers);
    }

    @Test
    void theLastByteOfTheDevicesBufferIsNeverTouched() throws Exception {
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            MemorySegment all = MemorySegment.ofArray(new byte[EduDevice.BUFFER_SIZE + 1]);
            assertThrows(IndexOutOfBoundsException.class, () -> edu.write(0, all, Completion.POLLING));
            assertThrows(IndexOutOfBoundsException.class, () -> edu.read(1, all.asSlice(1), Completion.POLLING));
            assertThrows(IndexOutOfBoundsException.class, () -> edu.read(-1, all.asSlice(0, 1), Completion.POLLING));
            assertEquals(List.of(), fake.transfers);
            edu.write(0, all.asSlice(1), Completion.POLLING);
            assertEquals(List.of(new FakeEdu.Transfer(0x1000, 0x40000, 4095, 1)), fake.transfers);
        }
        verify(fake.staging).close();
    }

    @Test
    void nothingIsCopiedForLengthZero() throws Exception {
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            edu.write(EduDevice.BUFFER_SIZE, MemorySegment.ofArray(new byte[0]), Completion.POLLING);
            assertEquals(List.of(), fake.transfers);
        }
    }

    @Test
    void addressesThatTheDeviceCutsOffAreRefused() throws Exception {
        DmaBuffer high = FakeEdu.buffer(8, DmaDirection.BIDIRECTIONAL, new DmaSegment(0, (1L << 28) - 7, 8));
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            DmaConstraintException refused = assertThrows(
                    DmaConstraintException.class, () -> edu.copyToDevice(high, 0, 0, 8, Completion.POLLING));
            assertTrue(refused.getMessage().contains("0x10000000"), refused.getMessage());
            assertTrue(refused.getMessage().contains("28 bits"), refused.getMessage());
        }
        assertEquals(List.of(), fake.transfers);
        try (EduDevice edu = new EduDriverProvider().withAddressBits(29).attach(device)) {
            edu.copyToDevice(high, 0, 0, 8, Completion.POLLING);
        }
        assertEquals(1, fake.transfers.size());
    }

    @Test
    void theDirectionOfABufferIsKept() {
        DmaBuffer readOnly = FakeEdu.buffer(8, DmaDirection.TO_DEVICE, new DmaSegment(0, 0, 8));
        DmaBuffer writeOnly = FakeEdu.buffer(8, DmaDirection.FROM_DEVICE, new DmaSegment(0, 0, 8));
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            assertThrows(DmaConstraintException.class, () -> edu.copyFromDevice(0, readOnly, 0, 8, Completion.POLLING));
            assertThrows(DmaConstraintException.class, () -> edu.copyToDevice(writeOnly, 0, 0, 8, Completion.POLLING));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> edu.copyToDevice(readOnly, 1, 0, 8, Completion.POLLING));
        }
        assertEquals(List.of(), fake.transfers);
    }

    @Test
    void badInputIsNamed() {
        assertThrows(IllegalArgumentException.class, () -> new EduDriverProvider().withAddressBits(0));
        assertThrows(IllegalArgumentException.class, () -> new EduDriverProvider().withTimeout(Duration.ZERO));
        try (EduDevice edu = new EduDriverProvider().attach(device)) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> edu.factorial(-3, Completion.POLLING));
            assertTrue(refused.getMessage().contains("-3"));
        }
    }

    @Test
    void useAfterCloseIsRefusedAndClosingTwiceIsNothing() {
        EduDevice edu = new EduDriverProvider().attach(device);
        edu.close();
        edu.close();
        assertThrows(IllegalStateException.class, () -> edu.factorial(1, Completion.POLLING));
        assertThrows(IllegalStateException.class, () -> edu.checkLiveness(1));
        assertThrows(
                IllegalStateException.class,
                () -> edu.write(0, MemorySegment.ofArray(new byte[1]), Completion.POLLING));
    }

    @Test
    void closingAfterTheDeviceIsQuiet() {
        EduDevice edu = new EduDriverProvider().attach(device);
        fake.liveness = value -> {
            throw new IllegalStateException("closed");
        };
        when(device.isOpen()).thenReturn(false);
        edu.close();
    }

    @ParameterizedTest
    @EnumSource
    void closingWakesTheOneAtWorkAndTheOnesThatQueue(Completion completion) throws Exception {
        EduDevice edu = new EduDriverProvider().withTimeout(LONG).attach(device);
        fake.computesForEver = true;
        FutureTask<Long> atWork = start(() -> edu.factorial(5, completion));
        while ((fake.read(0x20, null) & 1) == 0) {
            Thread.onSpinWait();
        }
        FutureTask<Long> queued = start(() -> edu.factorial(5, completion));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(edu::close);
        assertInstanceOf(IllegalStateException.class, failureOf(atWork));
        // The engine is still at work, and closing waits for it.
        fake.finish();
        assertInstanceOf(IllegalStateException.class, failureOf(queued));
        closing.get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertTrue(fake.isQuiet());
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatWaitsCanBeInterrupted(Completion completion) throws Exception {
        EduDevice edu = new EduDriverProvider().withTimeout(LONG).attach(device);
        fake.computesForEver = true;
        FutureTask<Long> atWork = new FutureTask<>(() -> edu.factorial(5, completion));
        Thread thread = Thread.ofPlatform().start(atWork);
        while ((fake.read(0x20, null) & 1) == 0) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        assertInstanceOf(InterruptedException.class, failureOf(atWork));
        fake.finish();
        fake.computesForEver = false;
        assertEquals(120, edu.factorial(5, completion));
        edu.close();
    }

    private static FutureTask<Long> start(Callable<Long> call) {
        FutureTask<Long> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static Throwable failureOf(FutureTask<Long> task) {
        return assertThrows(ExecutionException.class, () -> task.get(LONG.toSeconds(), TimeUnit.SECONDS))
                .getCause();
    }
}
