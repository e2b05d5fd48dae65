// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.deviceaccess.drivers.edu.Completion;
import org.deviceaccess.drivers.edu.EduDevice;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One device over VFIO and another over UIO, at the same time in one JVM, by the same driver. */
@Tag("guest")
@Tag("vfio")
@Timeout(600)
class TwoBackendsTest {
    private static final EduDriverProvider PATIENT = new EduDriverProvider().withTimeout(Duration.ofSeconds(30));
    private static final int ROUNDS = 500;

    @Test
    void twoDevicesOverTwoBackendsDoNotDisturbEachOther() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        try (DeviceAccess overUio = Devices.open("uio:0000:00:15.1");
                EduDevice uio = PATIENT.attach(overUio)) {
            try (DeviceAccess overVfio = Devices.open("vfio:0000:00:11.0");
                    EduDevice vfio = PATIENT.attach(overVfio);
                    ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Future<Integer> one = threads.submit(factorials(vfio, 3, start));
                Future<Integer> other = threads.submit(factorials(uio, 5, start));
                assertEquals(ROUNDS, one.get());
                assertEquals(ROUNDS, other.get());
                copies(vfio);
                assertThrows(UnsupportedCapabilityException.class, overUio::dma);
                assertFalse(overUio.capabilities().contains(Capability.DMA));
            }
            assertEquals(720, uio.factorial(6, Completion.INTERRUPT), "the other device is closed, this one is not");
        }
    }

    /** Returns work that answers how many factorials were right. */
    private static Callable<Integer> factorials(EduDevice edu, int step, CyclicBarrier start) {
        return () -> {
            start.await();
            int right = 0;
            for (int round = 0; round < ROUNDS; round++) {
                int n = 1 + round * step % 12;
                if (edu.factorial(n, Completion.INTERRUPT)
                        == LongStream.rangeClosed(1, n).reduce(1, (a, b) -> a * b)) {
                    right++;
                }
            }
            return right;
        };
    }

    private static void copies(EduDevice edu) throws InterruptedException {
        byte[] sent = new byte[EduDevice.BUFFER_SIZE];
        new Random(1).nextBytes(sent);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment received = arena.allocate(sent.length);
            edu.write(0, MemorySegment.ofArray(sent), Completion.INTERRUPT);
            edu.read(0, received, Completion.INTERRUPT);
            assertArrayEquals(sent, received.toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
