// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many pages the IOMMU's tables take, as the kernel counts them (nr_iommu_pages of /proc/vmstat). A small buffer is
 * mapped first, next to which the others come: its tables of the upper levels are theirs too.
 */
@Tag("guest")
@Tag("vfio")
class SuperpagesGuestTest {
    private static final long LENGTH = 64 << 20;
    private static final long HUGE = 2 << 20;
    private static final DmaConstraints ANY = DmaConstraints.NONE;

    private final LibC libc = JnaLibC.load();

    private static long number(List<String> lines, String name) {
        String line = lines.stream().filter(l -> l.startsWith(name)).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    private static long tables() throws IOException {
        // Each processor keeps what it counted for a while; this adds it up.
        Files.readString(Path.of("/proc/sys/vm/stat_refresh"));
        return number(Files.readAllLines(Path.of("/proc/vmstat")), "nr_iommu_pages ");
    }

    private static long transparent() throws IOException {
        return number(Files.readAllLines(Path.of("/proc/self/smaps_rollup")), "AnonHugePages:") * 1024;
    }

    @Test
    @SuppressWarnings("restricted") // to make a segment of what mmap returned
    void hugepagesOfTheCallerTakeNoTablesOfSmallPages() throws IOException {
        long address = libc.mmap(
                0,
                LENGTH,
                Mman.PROT_READ | Mman.PROT_WRITE,
                Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_HUGETLB,
                -1,
                0);
        assertTrue(address > 0, "mmap of hugepages: " + address);
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(LENGTH);
        try (DeviceAccess device = Devices.open(Addresses.WIDE);
                DmaBuffer small = device.dma().allocate(1, ANY)) {
            long before = tables();
            try (DmaBuffer mapped = device.dma().map(memory, ANY)) {
                assertEquals(0, mapped.deviceAddress() % HUGE);
                assertTrue(small.deviceAddress() - mapped.deviceAddress() < 2 * LENGTH, "next to each other");
                assertEquals(0, tables() - before, "tables for 64 MiB of hugepages");
            }
        } finally {
            assertEquals(0, libc.munmap(address, LENGTH));
        }
    }

    @Test
    void allocatedMemoryIsOfHugePagesAndTakesNoTablesOfSmallOnes() throws IOException {
        try (DeviceAccess device = Devices.open(Addresses.WIDE);
                DmaBuffer small = device.dma().allocate(1, ANY)) {
            assertTrue(small.deviceAddress() > 0);
            long before = tables();
            long transparentBefore = transparent();
            try (DmaBuffer buffer = device.dma().allocate(LENGTH, ANY)) {
                long huge = transparent() - transparentBefore;
                assertTrue(huge >= LENGTH / 2, "of " + LENGTH + " bytes only " + huge + " are of huge pages");
                assertEquals(0, buffer.deviceAddress() % HUGE);
                // A table for each 2 MiB that the kernel had no huge page for.
                assertTrue(
                        tables() - before <= (LENGTH - Math.min(huge, LENGTH)) / HUGE, (tables() - before) + " tables");
            }
        }
    }
}
