// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a driver does all the time makes no garbage. */
@Tag("guest")
@Tag("vfio")
class AllocationGuestTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int ROUNDS = 5_000;

    private interface Action {
        void run() throws InterruptedException;
    }

    private static void assertNoGarbage(String what, Action action) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // Until it is compiled the JVM may allocate for its own ends; a use that allocates does so for ever.
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                action.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, () -> what);
    }

    @Test
    void registersMakeNoGarbage() throws InterruptedException {
        try (Edu edu = Edu.open(Addresses.WIDE)) {
            Region bar = edu.bar();
            Region config = edu.device().region(RegionId.CONFIG);
            assertNoGarbage("read32", () -> bar.read32(0));
            assertNoGarbage("write32", () -> bar.write32(Edu.LIVENESS, 7));
            assertNoGarbage("write64", () -> bar.write64(Edu.DMA_SOURCE, 7));
            assertNoGarbage("configuration space", () -> config.write8(0x0c, config.read8(0x0c)));
        }
    }

    @Test
    void interruptsMakeNoGarbage() throws InterruptedException {
        try (Edu edu = Edu.open(Addresses.WIDE)) {
            try (Interrupts msi = edu.device().interrupts().enable(InterruptKind.MSI, 1)) {
                InterruptVector vector = msi.vector(0);
                assertNoGarbage("MSI", () -> {
                    edu.raise(1);
                    vector.await(LONG);
                    edu.acknowledge();
                });
                assertNoGarbage("poll", vector::poll);
                assertNoGarbage("time-out", () -> vector.await(Duration.ZERO));
            }
            try (Interrupts line = edu.device().interrupts().enable(InterruptKind.INTX, 1)) {
                InterruptVector vector = line.vector(0);
                assertNoGarbage("INTx", () -> {
                    edu.raise(1);
                    vector.await(LONG);
                    edu.acknowledge();
                    vector.unmask();
                });
            }
        }
    }

    @Test
    void deviceAddressesMakeNoGarbage() throws InterruptedException {
        try (Edu edu = Edu.open(Addresses.WIDE);
                DmaBuffer buffer = edu.device().dma().allocate(8192, DmaConstraints.NONE)) {
            assertNoGarbage("deviceAddress", () -> buffer.deviceAddress(4097));
        }
    }
}
