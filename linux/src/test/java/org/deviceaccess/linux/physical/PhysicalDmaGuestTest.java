// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the real kernel: 64 hugepages of 2 MiB (testbed/profiles/noiommu). */
@Tag("guest")
@Tag("noiommu")
class PhysicalDmaGuestTest {
    private static final long HUGE = 2 << 20;
    private static final long PAGE = 4096;
    private static final Path COUNT = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");

    private final LibC libc = JnaLibC.load();
    private final Hugepages hugepages = Hugepages.system();

    private PhysicalDma dma(boolean smallPages) {
        return new PhysicalDma(libc, hugepages, () -> {}, smallPages);
    }

    private long available() {
        return hugepages.pools().getFirst().available();
    }

    /** Reads a page's entry by another way than the code does. */
    private static long entry(long address) throws IOException {
        try (var file = new RandomAccessFile("/proc/self/pagemap", "r")) {
            file.seek(address / PAGE * Long.BYTES);
            return Long.reverseBytes(file.readLong());
        }
    }

    private static void assertTrueAddresses(DmaBuffer buffer) throws IOException {
        MemorySegment memory = buffer.memory();
        for (DmaSegment segment : buffer.segments()) {
            for (long offset = 0; offset < segment.length(); offset += PAGE) {
                long entry = entry(memory.address() + segment.offset() + offset);
                assertTrue(entry < 0, "bit 63: in memory");
                assertEquals((segment.deviceAddress() + offset) / PAGE, entry & (1L << 55) - 1);
            }
        }
    }

    @Test
    void addressesAreThoseOfThePagemap() throws Exception {
        long before = available();
        try (PhysicalDma dma = dma(false)) {
            List<DmaBuffer> buffers = new ArrayList<>();
            for (long size : new long[] {1, PAGE, 3 * PAGE + 1, 64 * PAGE, HUGE}) {
                DmaBuffer buffer = dma.allocate(size, DmaConstraints.NONE);
                assertTrueAddresses(buffer);
                assertEquals(1, buffer.segments().size());
                buffers.add(buffer);
            }
            assertEquals(before - 2, available(), "one for the four small ones, one for the large one");
            DmaBuffer aligned = dma.allocate(100, DmaConstraints.NONE.withAlignment(HUGE));
            assertEquals(0, aligned.deviceAddress() % HUGE);
            assertTrueAddresses(aligned);
        }
        assertEquals(before, available(), "all were given back");
    }

    @Test
    void manySmallBuffersTakeOneHugepageAndStayWhereTheyAre() throws Exception {
        long before = available();
        try (PhysicalDma dma = dma(false)) {
            List<DmaBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                DmaBuffer buffer = dma.allocate(PAGE, DmaConstraints.NONE);
                buffer.memory().set(ValueLayout.JAVA_INT, 0, i);
                buffers.add(buffer);
            }
            assertEquals(before - 1, available());
            Files.writeString(Path.of("/proc/sys/vm/compact_memory"), "1");
            for (int i = 0; i < buffers.size(); i++) {
                assertEquals(i, buffers.get(i).memory().get(ValueLayout.JAVA_INT, 0));
                assertTrueAddresses(buffers.get(i));
            }
        }
        assertEquals(before, available());
    }

    @Test
    void oneHugepageStaysWhileTheDeviceIsOpenAndNoneIsLost() throws Exception {
        long before = available();
        try (PhysicalDma dma = dma(false)) {
            for (int i = 0; i < 100; i++) {
                DmaBuffer buffer = dma.allocate(PAGE * (1 + i % 3), DmaConstraints.NONE);
                byte[] zeros = new byte[Math.toIntExact(buffer.size())];
                assertEquals(-1, buffer.memory().mismatch(MemorySegment.ofArray(zeros)), "nothing leaks");
                buffer.memory().fill((byte) 0x77);
                assertTrueAddresses(buffer);
                buffer.close();
                assertEquals(before - 1, available());
            }
            try (DmaBuffer all = dma.allocate(before * HUGE, DmaConstraints.NONE.withSegments(512, Long.MAX_VALUE))) {
                assertTrueAddresses(all);
                assertEquals(0, available(), "the idle one serves, too");
            }
            assertEquals(before, available());
            try (DmaBuffer rest =
                            dma.allocate((before - 1) * HUGE, DmaConstraints.NONE.withSegments(512, Long.MAX_VALUE));
                    PhysicalDma other = dma(false)) {
                assertTrueAddresses(rest);
                other.allocate(PAGE, DmaConstraints.NONE).close();
                assertEquals(1, available(), "the last one of the machine does not stay");
            }
        }
        assertEquals(before, available());
    }

    @Test
    void severalHugepagesMakeOneBuffer() throws Exception {
        try (PhysicalDma dma = dma(false);
                DmaBuffer buffer = dma.allocate(5 * HUGE + 1, DmaConstraints.NONE.withSegments(6, Long.MAX_VALUE))) {
            assertTrueAddresses(buffer);
            buffer.memory().fill((byte) 0x33);
            assertEquals(0x33, buffer.memory().get(ValueLayout.JAVA_BYTE, 5 * HUGE));
        }
    }

    @Test
    void oneBufferOfTwoHugepagesIsContiguousOrRefused() throws Exception {
        try (PhysicalDma dma = dma(false);
                DmaBuffer buffer = dma.allocate(2 * HUGE, DmaConstraints.NONE)) {
            assertEquals(1, buffer.segments().size());
            assertTrueAddresses(buffer);
        } catch (DmaConstraintException e) {
            assertTrue(e.detail().contains("pieces of contiguous physical memory"), e.getMessage());
        }
    }

    @Test
    void fewAddressBitsAreHonouredOrRefused() throws Exception {
        long before = available();
        try (PhysicalDma dma = dma(false);
                DmaBuffer buffer = dma.allocate(100, DmaConstraints.addressBits(31))) {
            assertTrue(buffer.deviceAddress() < 1L << 31);
            assertTrueAddresses(buffer);
            var error =
                    assertThrows(DmaConstraintException.class, () -> dma.allocate(100, DmaConstraints.addressBits(13)));
            assertTrue(error.detail().contains("13 address bits"), error.getMessage());
        }
        assertEquals(before, available());
    }

    @Test
    void anOrdinaryPageIsTakenWhereAskedForAndNoHugepageIsLeft() throws Exception {
        String count = Files.readString(COUNT).strip();
        Files.writeString(COUNT, "0");
        try (PhysicalDma dma = dma(true);
                PhysicalDma strict = dma(false)) {
            try (DmaBuffer buffer = dma.allocate(PAGE, DmaConstraints.NONE)) {
                assertTrueAddresses(buffer);
            }
            assertThrows(HugepagesMissingException.class, () -> dma.allocate(PAGE + 1, DmaConstraints.NONE));
            var error = assertThrows(HugepagesMissingException.class, () -> strict.allocate(1, DmaConstraints.NONE));
            assertTrue(error.detail().contains("hugepages of 2 MiB: 1 needed, 0 of 0 free"));
            String command = String.valueOf(error.remedy()).replaceAll("As root: ([^;]*);.*", "$1");
            assertEquals("echo 1 > " + COUNT, command);
            assertEquals(0, new ProcessBuilder("sh", "-c", command).start().waitFor());
            strict.allocate(1, DmaConstraints.NONE).close();
        } finally {
            Files.writeString(COUNT, count);
        }
        assertEquals(count, Files.readString(COUNT).strip());
    }

    @Test
    void theFindingsAreFavourable() {
        List<Finding> findings = PhysicalMemoryFindings.of(libc, hugepages);
        assertEquals(2, findings.size());
        findings.forEach(finding -> assertEquals(Finding.Severity.OK, finding.severity(), finding.toString()));
        assertFalse(findings.getFirst().detail().isEmpty());
    }
}
