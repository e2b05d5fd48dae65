// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buffers of one device in the hands of several threads. */
class DmaThreadsTest {
    private static final long PAGE = 4096;
    private static final int THREADS = 4;

    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private final Set<Long> pages = ConcurrentHashMap.newKeySet();
    private DeviceAccess device;

    @BeforeEach
    void open() throws IOException {
        FakeSysfs sysfs = new FakeSysfs(directory);
        device = new VfioProvider(new Machine(sysfs.bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel))
                .open(DeviceAddress.parse("vfio:" + FakeSysfs.DEVICE), Options.of("vfio", List.of(), Map.of()));
    }

    @AfterEach
    void nothingIsLeft() {
        device.close();
        assertEquals(Map.of(), kernel.iommu, "mapped for the device");
        assertEquals(Map.of(), kernel.mapped, "mapped");
        assertEquals(Map.of(), kernel.open, "open");
    }

    private void mark(DmaBuffer buffer, boolean taken) {
        for (long at = 0; at < buffer.size(); at += PAGE) {
            long page = buffer.deviceAddress(at) & -PAGE;
            assertTrue(taken ? pages.add(page) : pages.remove(page), "an address of two buffers");
        }
    }

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
                mark(buffer, true);
                buffers.add(buffer);
                if (buffers.size() > 8) {
                    DmaBuffer old = buffers.remove(random.nextInt(buffers.size()));
                    mark(old, false);
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
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(PAGE, PAGE);
            DmaBuffer first = device.dma().map(memory, DmaConstraints.NONE);
            DmaBuffer second = device.dma().map(memory, DmaConstraints.NONE);
            assertNotEquals(first.deviceAddress(), second.deviceAddress());
            first.close();
            assertEquals(Set.of(second.deviceAddress()), kernel.iommu.keySet());
            second.close();
            assertEquals(Map.of(), kernel.iommu);
        }
    }
}
