// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done over and over allocates nothing on the thread that does it. */
class AllocationTest {
    private static final int ROUNDS = 2_000;
    private static final int BATCHES = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final DeviceAccess device = Sim.open("edu", Map.of("latency", "0"));
    private final Region bar = device.region(RegionId.BAR0);

    @AfterEach
    void close() {
        device.close();
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    /** The JVM itself allocates on a thread now and then, such as when it compiles, but not for every round. */
    private void assertAllocatesNothing(Action action) throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES && least > 0; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                action.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes in " + ROUNDS + " rounds");
    }

    @Test
    void theMeasurementSeesAllocations() {
        Object[] keep = new Object[1];
        assertThrows(AssertionError.class, () -> assertAllocatesNothing(() -> keep[0] = new byte[1]));
    }

    @Test
    void registerAccess() throws InterruptedException {
        Region config = device.region(RegionId.CONFIG);
        assertAllocatesNothing(() -> {
            bar.write32(4, bar.read32(4));
            bar.write64(0x80, bar.read64(0x80));
            config.write16(4, config.read16(4));
            config.read8(0);
        });
    }

    @Test
    void interruptsThatAreThere() throws InterruptedException {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            InterruptVector vector = msi.vector(0);
            Duration second = Duration.ofSeconds(1);
            assertAllocatesNothing(() -> {
                vector.trigger();
                msi.awaitAny(second);
                vector.await(second);
                vector.poll();
            });
        }
    }

    @Test
    void waitsThatBlock() throws InterruptedException {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            InterruptVector vector = msi.vector(0);
            Duration tenSeconds = Duration.ofSeconds(10);
            bar.write32(0x20, 0x80);
            assertAllocatesNothing(() -> {
                bar.write32(0x08, 5);
                vector.await(tenSeconds);
                bar.write32(0x64, 1);
            });
        }
    }

    @Test
    void waitsThatTimeOut() throws InterruptedException {
        try (Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            Duration micro = Duration.ofNanos(1000);
            InterruptVector vector = msi.vector(0);
            assertAllocatesNothing(() -> vector.await(micro));
        }
    }

    @Test
    void deviceAddresses() throws InterruptedException {
        try (DmaBuffer buffer = device.dma().allocate(8192, DmaConstraints.NONE)) {
            long[] sum = new long[1];
            assertAllocatesNothing(() -> sum[0] += buffer.deviceAddress() + buffer.deviceAddress(8191));
        }
    }
}
