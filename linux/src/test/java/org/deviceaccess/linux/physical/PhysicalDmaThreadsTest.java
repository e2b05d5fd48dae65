// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buffers of one device in the hands of several threads, which share hugepages and the idle one. */
class PhysicalDmaThreadsTest {
    private static final long HUGE = FakeMemory.HUGE;
    private static final int THREADS = 4;

    @TempDir
    Path sysfs;

    /** Makes, marks and closes buffers until the device is closed. */
    private static int makeAndClose(PhysicalDma dma, int seed, CountDownLatch busy) {
        Random random = new Random(seed);
        for (int made = 0; ; made++) {
            if (made == 50) {
                busy.countDown();
            }
            try (DmaBuffer buffer = dma.allocate(Long.BYTES + random.nextInt(20_000), DmaConstraints.NONE)) {
                assertEquals(0, buffer.memory().get(ValueLayout.JAVA_LONG, 0), "zeroed");
                long mark = (long) seed << 32 | made;
                buffer.memory().set(ValueLayout.JAVA_LONG, 0, mark);
                Thread.yield();
                assertEquals(mark, buffer.memory().get(ValueLayout.JAVA_LONG, 0), "nobody else's");
            } catch (IllegalStateException closed) {
                busy.countDown();
                return made;
            }
        }
    }

    @Test
    void noMemoryIsSharedAndAllEndsWithTheDevice() throws Exception {
        FakeMemory kernel = new FakeMemory(sysfs, 5 * HUGE, 9 * HUGE);
        PhysicalDma dma = new PhysicalDma(kernel.libc, kernel.hugepages, () -> {}, false);
        CountDownLatch busy = new CountDownLatch(THREADS);
        List<FutureTask<Integer>> tasks = new ArrayList<>();
        for (int i = 1; i <= THREADS; i++) {
            int seed = i;
            FutureTask<Integer> task = new FutureTask<>(() -> makeAndClose(dma, seed, busy));
            tasks.add(task);
            Thread.ofPlatform().daemon().start(task);
        }
        busy.await();
        dma.close();
        for (FutureTask<Integer> task : tasks) {
            assertTrue(task.get() >= 50);
        }
        assertThrows(IllegalStateException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(kernel.isUntouched(), "also the idle hugepage is given back");
    }
}
