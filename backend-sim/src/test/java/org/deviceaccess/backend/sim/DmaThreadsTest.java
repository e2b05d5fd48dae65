// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.junit.jupiter.api.Test;

/** Buffers of one device in the hands of several threads. */
class DmaThreadsTest {
    private static final long PAGE = 4096;
    private static final int THREADS = 4;

    private final DeviceAccess device = Sim.open(new TestModel());
    private final Set<Long> pages = ConcurrentHashMap.newKeySet();

    /** Makes and closes buffers until the device is closed; returns how many it made. */
    private int makeAndClose(int seed, CountDownLatch busy) {
        Random random = new Random(seed);
        List<DmaBuffer> buffers = new ArrayList<>();
        for (int made = 0; ; made++) {
            if (made == 50) {
                busy.countDown();
            }
            try {
                DmaConstraints constraints = random.nextBoolean()
                        ? DmaConstraints.NONE
                        : DmaConstraints.addressBits(24).withAlignment(PAGE << random.nextInt(4));
                DmaBuffer buffer = device.dma().allocate(1 + random.nextInt((int) (8 * PAGE)), constraints);
                for (long at = 0; at < buffer.size(); at += PAGE) {
                    assertTrue(pages.add(buffer.deviceAddress(at) & -PAGE), "an address of two buffers");
                }
                buffers.add(buffer);
                if (buffers.size() > 8) {
                    DmaBuffer old = buffers.remove(random.nextInt(buffers.size()));
                    for (long at = 0; at < old.size(); at += PAGE) {
                        pages.remove(old.deviceAddress(at) & -PAGE);
                    }
                    old.close();
                }
            } catch (IllegalStateException closed) {
                busy.countDown();
                buffers.forEach(DmaBuffer::close);
                return made;
            }
        }
    }

    @Test
    void noAddressIsHandedOutTwiceAndAllEndWithTheDevice() throws Exception {
        CountDownLatch busy = new CountDownLatch(THREADS);
        List<FutureTask<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            FutureTask<Integer> task = new FutureTask<>(() -> makeAndClose(seed, busy));
            tasks.add(task);
            Thread.ofPlatform().daemon().start(task);
        }
        busy.await();
        device.close();
        for (FutureTask<Integer> task : tasks) {
            assertTrue(task.get() >= 50);
        }
        assertThrows(IllegalStateException.class, () -> device.dma().allocate(1, DmaConstraints.NONE));
    }

    @Test
    void memoryCanBeMappedTwiceAndEachMappingEndsAlone() {
        try (DeviceAccess opened = device;
                Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(PAGE, PAGE);
            DmaBuffer first = opened.dma().map(memory, DmaConstraints.NONE);
            DmaBuffer second = opened.dma().map(memory, DmaConstraints.NONE);
            assertNotEquals(first.deviceAddress(), second.deviceAddress());
            first.close();
            long address = second.deviceAddress();
            second.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
            assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 0));
            try (DmaBuffer third = opened.dma().allocate(PAGE, DmaConstraints.NONE)) {
                assertNotEquals(address, third.deviceAddress());
            }
            second.close();
        }
    }
}
