// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Not one interrupt is lost or counted twice, whoever waits. */
@Timeout(300)
class InterruptCountTest {
    private static final int ROUNDS = 10_000;
    private static final Duration LONG = Duration.ofMinutes(1);

    // QEMU docs/specs/edu.rst
    private static final long IRQ_STATUS = 0x24;
    private static final long IRQ_RAISE = 0x60;
    private static final long IRQ_ACKNOWLEDGE = 0x64;

    private static Stream<Arguments> waiters() {
        return Stream.of(InterruptKind.MSI, InterruptKind.INTX)
                .flatMap(kind -> Stream.of(
                        Arguments.of(kind, 1, Thread.ofPlatform()),
                        Arguments.of(kind, 2, Thread.ofPlatform()),
                        Arguments.of(kind, 1, Thread.ofVirtual())));
    }

    @ParameterizedTest
    @MethodSource("waiters")
    void areCountedExactly(InterruptKind kind, int threads, Thread.Builder builder) throws Exception {
        AtomicLong sum = new AtomicLong();
        Semaphore counted = new Semaphore(0);
        try (DeviceAccess device = Sim.open("edu", Map.of());
                Interrupts interrupts = device.interrupts().enable(kind, 1);
                ExecutorService executor = Executors.newThreadPerTaskExecutor(builder.factory())) {
            Region bar = device.region(RegionId.BAR0);
            InterruptVector vector = interrupts.vector(0);
            List<Future<?>> waiting = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                waiting.add(executor.submit(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        long events = vector.await(LONG);
                        sum.addAndGet(events);
                        bar.write32(IRQ_ACKNOWLEDGE, bar.read32(IRQ_STATUS));
                        if (interrupts.info().autoMasked()) {
                            vector.unmask();
                        }
                        counted.release((int) events);
                    }
                    return null;
                }));
            }
            for (int i = 1; i <= ROUNDS; i++) {
                bar.write32(IRQ_RAISE, 1);
                assertTrue(counted.tryAcquire(LONG.toSeconds(), TimeUnit.SECONDS), "interrupt " + i + " is lost");
                assertEquals(i, sum.get(), "counted after interrupt " + i);
            }
            Thread.sleep(50);
            assertEquals(0, vector.poll(), "what nobody raised");
            waiting.forEach(waiter -> waiter.cancel(true));
        }
        assertEquals(ROUNDS, sum.get());
    }
}
