// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhysicalDmaTest {
    private static final long HUGE = FakeMemory.HUGE;
    private static final long PAGE = FakeMemory.PAGE;

    @TempDir
    Path sysfs;

    private final AtomicInteger busMaster = new AtomicInteger();
    private FakeMemory kernel;
    private PhysicalDma dma;

    private void machine(boolean smallPages, Long... frames) {
        kernel = new FakeMemory(sysfs, frames);
        dma = new PhysicalDma(kernel.libc, kernel.hugepages, busMaster::incrementAndGet, smallPages);
    }

    @AfterEach
    void nothingIsLeft() {
        kernel.fail(-1);
        kernel.answers.clear();
        dma.close();
        assertTrue(kernel.isUntouched());
    }

    @Test
    void tellsThatAddressesArePhysical() {
        machine(false, HUGE);
        assertEquals(AddressKind.PHYSICAL, dma.limits().addressKind());
        assertEquals(PAGE | HUGE, dma.limits().pageSizes());
        assertEquals(PAGE, dma.limits().pageSize());
        assertEquals(0, busMaster.get());
    }

    @Test
    void smallBuffersShareAHugepage() {
        machine(false, 5 * HUGE, 9 * HUGE);
        List<DmaBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            DmaBuffer buffer = dma.allocate(PAGE, DmaConstraints.NONE);
            assertEquals(9 * HUGE + i * PAGE, buffer.deviceAddress());
            assertEquals(List.of(new DmaSegment(0, buffer.deviceAddress(), PAGE)), buffer.segments());
            buffers.add(buffer);
        }
        assertEquals(1, kernel.mappings());
        assertTrue(busMaster.get() > 0);
        buffers.get(50).memory().fill((byte) 0x5a);
        buffers.get(50).close();
        DmaBuffer again = dma.allocate(100, DmaConstraints.NONE);
        assertEquals(9 * HUGE + 50 * PAGE, again.deviceAddress());
        assertEquals(-1, again.memory().mismatch(MemorySegment.ofArray(new byte[100])), "zeroed");
        buffers.forEach(DmaBuffer::close);
        assertEquals(1, kernel.mappings());
        again.close();
        assertEquals(1, kernel.mappings(), "one hugepage stays");
        dma.close();
        assertTrue(kernel.isUntouched(), "the device gives it back");
    }

    @Test
    void oneHugepageStaysSoThatABufferIsCheap() {
        machine(false, 5 * HUGE, 9 * HUGE);
        dma.allocate(PAGE, DmaConstraints.NONE).close();
        int calls = kernel.calls();
        for (int i = 0; i < 10; i++) {
            dma.allocate(PAGE, DmaConstraints.NONE).close();
        }
        assertEquals(0, kernel.count("mmap", calls), "nothing is mapped again");
        DmaBuffer one = dma.allocate(HUGE, DmaConstraints.NONE);
        DmaBuffer other = dma.allocate(HUGE, DmaConstraints.NONE);
        one.close();
        other.close();
        assertEquals(1, kernel.mappings(), "never more than one");
    }

    @Test
    void noContentLeaksFromOneBufferToTheNext() {
        machine(false, 5 * HUGE, 9 * HUGE);
        Random random = new Random(11);
        for (int i = 0; i < 200; i++) {
            long size = 1 + random.nextLong(i % 10 == 0 ? HUGE : 5 * PAGE);
            try (DmaBuffer buffer = dma.allocate(size, DmaConstraints.NONE)) {
                MemorySegment memory = buffer.memory();
                assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[Math.toIntExact(size)])));
                memory.fill((byte) 0xa5);
            }
        }
    }

    @Test
    void theIdleHugepageServesRequestsThatNeedAll() {
        machine(false, 7 * HUGE, 8 * HUGE);
        dma.allocate(PAGE, DmaConstraints.NONE).close();
        try (DmaBuffer both = dma.allocate(2 * HUGE, DmaConstraints.NONE)) {
            assertEquals(7 * HUGE, both.deviceAddress());
        }
        assertTrue(kernel.isUntouched(), "several pages do not stay");
    }

    @Test
    void theMachinesLastHugepageDoesNotStay() {
        machine(false, 5 * HUGE);
        DmaBuffer buffer = dma.allocate(PAGE, DmaConstraints.NONE);
        kernel.count(1, 0);
        buffer.close();
        assertTrue(kernel.isUntouched());
    }

    @Test
    void anIdleHugepageThatWasMovedIsNotUsed() {
        machine(false, 5 * HUGE, 9 * HUGE);
        dma.allocate(PAGE, DmaConstraints.NONE).close();
        kernel.move();
        DmaBuffer buffer = dma.allocate(PAGE, DmaConstraints.NONE);
        assertTrue(buffer.deviceAddress() == 5 * HUGE || buffer.deviceAddress() == 9 * HUGE + (1L << 30));
        assertEquals(1, kernel.mappings());
    }

    @Test
    void aBufferDiesAlone() {
        machine(false, HUGE);
        DmaBuffer one = dma.allocate(PAGE + 1, DmaConstraints.NONE);
        DmaBuffer other = dma.allocate(1, DmaConstraints.NONE);
        assertEquals(HUGE + 2 * PAGE, other.deviceAddress());
        one.close();
        one.close();
        assertThrows(IllegalStateException.class, () -> one.memory().get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, one::deviceAddress);
        assertThrows(IllegalStateException.class, () -> one.deviceAddress(PAGE));
        other.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        assertThrows(IndexOutOfBoundsException.class, () -> other.deviceAddress(1));
    }

    /** The kernel answers ENOMEM to mlock(2) then, and to mmap(2) if what is reserved counts. */
    @ParameterizedTest
    @ValueSource(strings = {"mlock", "mmap"})
    void aLimitOfTheControlGroupIsNoLackOfMemory(String call) throws IOException {
        machine(false, HUGE);
        kernel.answers.put(call, -Errnos.ENOMEM);
        assertThrows(DmaMemoryException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        Path max = null;
        for (String root : List.of("fs/cgroup", "fs/cgroup/hugetlb")) {
            Path group = Files.createDirectories(sysfs.resolve(root));
            Files.writeString(group.resolve("hugetlb.2MB.current"), "0\n");
            max = Files.writeString(group.resolve("hugetlb.2MB.max"), "0\n");
        }
        HugepagesMissingException error =
                assertThrows(HugepagesMissingException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(error.detail().contains("control group, " + sysfs.resolve("fs/cgroup")), error.getMessage());
        assertTrue(error.remedy().contains("echo 2097152 > " + sysfs), error.remedy());
        assertTrue(error.remedy().contains(String.valueOf(max.getFileName())), error.remedy());
    }

    @Test
    void triesPagesUntilOneSuits() {
        // The last ones come first.
        machine(false, 20 * HUGE, 3 * HUGE, 40 * HUGE, 50 * HUGE);
        DmaBuffer buffer = dma.allocate(8192, DmaConstraints.addressBits(23));
        assertEquals(3 * HUGE, buffer.deviceAddress());
        assertEquals(1, kernel.mappings(), "those that did not suit are given back");
        DmaBuffer aligned = dma.allocate(1, DmaConstraints.NONE.withAlignment(8 * HUGE));
        assertEquals(40 * HUGE, aligned.deviceAddress());
    }

    @Test
    void namesTheLimitThatNoPageMeets() {
        machine(false, 20 * HUGE, 30 * HUGE);
        var error = assertThrows(DmaConstraintException.class, () -> dma.allocate(100, DmaConstraints.addressBits(24)));
        assertTrue(error.detail().contains("24 address bits"), error.getMessage());
        assertTrue(error.detail().contains("2 places"), error.getMessage());
        assertTrue(error.detail().contains("0x2800000"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("hugepages=64"), error.getMessage());
        error = assertThrows(
                DmaConstraintException.class, () -> dma.allocate(1, DmaConstraints.NONE.withAlignment(8 * HUGE)));
        assertTrue(error.detail().contains("alignment of " + 8 * HUGE), error.getMessage());
        assertTrue(kernel.isUntouched());
    }

    @Test
    void boundariesAreKept() {
        machine(false, HUGE);
        dma.allocate(3 * PAGE, DmaConstraints.NONE);
        DmaBuffer within = dma.allocate(3 * PAGE, DmaConstraints.NONE.withBoundary(4 * PAGE));
        assertEquals(HUGE + 4 * PAGE, within.deviceAddress());
        DmaBuffer cut = dma.allocate(
                6 * PAGE, DmaConstraints.NONE.withBoundary(4 * PAGE).withSegments(2, HUGE));
        assertEquals(
                List.of(
                        new DmaSegment(0, HUGE + 8 * PAGE, 4 * PAGE),
                        new DmaSegment(4 * PAGE, HUGE + 12 * PAGE, 2 * PAGE)),
                cut.segments());
        assertEquals(HUGE + 13 * PAGE + 5, cut.deviceAddress(5 * PAGE + 5));
    }

    @Test
    void largeBuffersTakeNeighboursInEitherOrder() {
        machine(false, 7 * HUGE, 8 * HUGE, 9 * HUGE);
        DmaBuffer buffer = dma.allocate(3 * HUGE, DmaConstraints.NONE);
        assertEquals(List.of(new DmaSegment(0, 7 * HUGE, 3 * HUGE)), buffer.segments());
        buffer.close();
        machine(false, 9 * HUGE, 8 * HUGE, 3 * HUGE, 5 * HUGE);
        buffer = dma.allocate(HUGE + 1, DmaConstraints.NONE);
        assertEquals(8 * HUGE, buffer.deviceAddress());
    }

    @Test
    void largeBuffersAreCutWhereTheDeviceAllows() {
        machine(false, 3 * HUGE, 7 * HUGE);
        var error = assertThrows(DmaConstraintException.class, () -> dma.allocate(HUGE + 1, DmaConstraints.NONE));
        assertTrue(error.detail().contains("2 pieces of contiguous physical memory"), error.getMessage());
        DmaBuffer buffer = dma.allocate(HUGE + 10, DmaConstraints.NONE.withSegments(2, Long.MAX_VALUE));
        assertEquals(List.of(new DmaSegment(0, 3 * HUGE, HUGE), new DmaSegment(HUGE, 7 * HUGE, 10)), buffer.segments());
        assertEquals(3 * HUGE + HUGE - 1, buffer.deviceAddress(HUGE - 1));
        assertEquals(7 * HUGE, buffer.deviceAddress(HUGE));
    }

    @Test
    void saysHowManyHugepagesAreMissingAndHowToGetThem() {
        machine(false, HUGE);
        kernel.count(5, 1);
        var error = assertThrows(
                HugepagesMissingException.class,
                () -> dma.allocate(3 * HUGE, DmaConstraints.NONE.withSegments(9, HUGE)));
        assertTrue(error.detail().contains("hugepages of 2 MiB: 3 needed, 1 of 5 free"), error.getMessage());
        assertTrue(
                String.valueOf(error.remedy())
                        .contains("echo 7 > " + sysfs + "/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"),
                error.getMessage());
        kernel.count(5, 0);
        error = assertThrows(HugepagesMissingException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(String.valueOf(error.remedy()).contains("small-pages=true"), error.getMessage());
    }

    @Test
    void largerPagesServeWhereSmallerOnesDoNot() {
        machine(false, 3 * HUGE, 7 * HUGE);
        kernel.larger.add(FakeMemory.LARGER * 2);
        kernel.larger.add(FakeMemory.LARGER * 5);
        kernel.countLarger(2, 2);
        DmaBuffer small = dma.allocate(100, DmaConstraints.NONE);
        assertEquals(7 * HUGE, small.deviceAddress(), "the smallest pages that are large enough come first");
        DmaBuffer contiguous = dma.allocate(3 * HUGE, DmaConstraints.NONE);
        assertEquals(List.of(new DmaSegment(0, 5 * FakeMemory.LARGER, 3 * HUGE)), contiguous.segments());
        DmaBuffer aligned = dma.allocate(100, DmaConstraints.NONE.withAlignment(FakeMemory.LARGER));
        assertEquals(2 * FakeMemory.LARGER, aligned.deviceAddress());
        assertEquals(3, kernel.mappings());
        kernel.count(2, 1);
        kernel.countLarger(2, 0);
        var error = assertThrows(
                HugepagesMissingException.class, () -> dma.allocate(FakeMemory.LARGER, DmaConstraints.NONE));
        assertTrue(
                error.detail().endsWith("hugepages of 2 MiB: 16 needed, 1 of 2 free; of 32 MiB: 0 of 2 free"),
                error.getMessage());
    }

    @Test
    void absurdSizesAreRefusedBeforeAnythingIsTried() {
        machine(false, HUGE);
        int calls = kernel.calls();
        for (long size : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62}) {
            var error = assertThrows(
                    DmaConstraintException.class, () -> dma.allocate(size, DmaConstraints.NONE), () -> "" + size);
            assertTrue(error.detail().contains(Long.toString(size)), error.getMessage());
        }
        assertThrows(HugepagesMissingException.class, () -> dma.allocate(1L << 51, DmaConstraints.NONE));
        assertEquals(calls, kernel.calls());
    }

    @Test
    void contradictionsAreRefusedBeforeAnythingIsTried() {
        machine(false, HUGE);
        contradiction(4096, DmaConstraints.addressBits(8), "8 address bits");
        contradiction(8192, DmaConstraints.NONE.withBoundary(4096), "boundary of 4096");
        contradiction(8192, DmaConstraints.NONE.withSegments(1, 4096), "segments of at most 4096");
        contradiction(8192, DmaConstraints.NONE.withAlignment(8192).withSegments(9, 4096), "alignment of 8192");
        assertEquals(0, kernel.calls());
    }

    private void contradiction(long size, DmaConstraints constraints, String limit) {
        var error = assertThrows(DmaConstraintException.class, () -> dma.allocate(size, constraints));
        assertTrue(error.detail().contains(limit), error.getMessage());
    }

    @Test
    void ordinaryPagesAreTakenOnlyWhereAskedForAndOnePageIsEnough() {
        machine(true);
        DmaBuffer buffer = dma.allocate(PAGE, DmaConstraints.NONE);
        assertEquals(0x7000, buffer.deviceAddress());
        assertEquals(0x8000, dma.allocate(8, DmaConstraints.NONE).deviceAddress());
        var error = assertThrows(HugepagesMissingException.class, () -> dma.allocate(PAGE + 1, DmaConstraints.NONE));
        assertFalse(String.valueOf(error.remedy()).contains("small-pages"), error.getMessage());
        buffer.close();
        machine(true, HUGE);
        assertEquals(HUGE, dma.allocate(PAGE, DmaConstraints.NONE).deviceAddress(), "hugepages come first");
        assertEquals(0x7000, dma.allocate(PAGE, DmaConstraints.addressBits(16)).deviceAddress());
    }

    @Test
    void frameZeroIsNoAddress() {
        machine(false, HUGE);
        kernel.pagemapSays(FakeMemory.UNTOLD);
        var error = assertThrows(PermissionDeniedException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(error.detail().contains("CAP_SYS_ADMIN"), error.getMessage());
        assertEquals("/proc/self/pagemap", error.path());
        assertTrue(kernel.isUntouched());
        kernel.pagemapSays(FakeMemory.ABSENT);
        assertThrows(DmaMemoryException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(kernel.isUntouched());
        assertEquals(0, busMaster.get());
    }

    @Test
    void memoryThatMovedIsNoticed() {
        machine(true);
        dma.allocate(100, DmaConstraints.NONE);
        dma.close();
        machine(false, HUGE);
        DmaBuffer first = dma.allocate(100, DmaConstraints.NONE);
        kernel.move();
        var error = assertThrows(DmaMemoryException.class, () -> dma.allocate(100, DmaConstraints.NONE));
        assertTrue(error.detail().contains("moved"), error.getMessage());
        first.close();
    }

    @Test
    void everyRefusalOfTheKernelHasItsClass() {
        machine(false, HUGE);
        kernel.answers.put("mmap", -Errnos.ENOMEM);
        var error = assertThrows(DmaMemoryException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertEquals("ENOMEM", error.errno().name());
        kernel.answers.clear();
        kernel.answers.put("open", -Errnos.EPERM);
        var denied = assertThrows(PermissionDeniedException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(String.valueOf(denied.remedy()).contains("CAP_SYS_ADMIN"), denied.getMessage());
        kernel.answers.put("open", -Errnos.ENOENT);
        assertThrows(KernelFeatureMissingException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        kernel.answers.clear();
        kernel.answers.put("mlock", -Errnos.ENOMEM);
        assertThrows(DmaMemoryException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(kernel.isUntouched());
    }

    @Test
    void anyCallCanFail() {
        live();
        int calls = kernel.calls();
        assertTrue(calls > 30, "calls: " + calls);
        for (int call = 0; call < calls; call++) {
            int failing = call;
            var error = assertThrows(KernelCallException.class, () -> live(failing), () -> kernel.failed());
            assertTrue(error.getMessage().contains("EIO"), error.getMessage());
            assertTrue(kernel.isUntouched(), "after " + kernel.failed() + " failed as call " + call);
        }
    }

    private void live() {
        live(-1);
    }

    /** A life with fresh pages, shared ones, rejected ones and several at a time. */
    private void live(int failing) {
        machine(true, 9 * HUGE, 3 * HUGE, 7 * HUGE);
        kernel.fail(failing);
        try (PhysicalDma mine = dma) {
            mine.allocate(5000, DmaConstraints.NONE).close();
            mine.allocate(100, DmaConstraints.addressBits(23));
            mine.allocate(100, DmaConstraints.addressBits(23));
            mine.allocate(HUGE + 1, DmaConstraints.NONE.withSegments(2, HUGE));
            mine.allocate(100, DmaConstraints.addressBits(16)).close();
        }
    }

    @Test
    void memoryOfOthersIsNotMapped() {
        machine(false, HUGE);
        try (Arena arena = Arena.ofConfined()) {
            var error = assertThrows(
                    UnsupportedCapabilityException.class,
                    () -> dma.map(arena.allocate(PAGE, PAGE), DmaConstraints.NONE));
            assertTrue(error.detail().contains("without an IOMMU"), error.getMessage());
        }
    }

    @Test
    void closingTakesAllBuffersAndRefusesMore() {
        machine(false, HUGE);
        DmaBuffer buffer = dma.allocate(1, DmaConstraints.NONE);
        dma.close();
        assertTrue(kernel.isUntouched());
        assertThrows(IllegalStateException.class, () -> buffer.memory().get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, buffer::deviceAddress);
        buffer.close();
        assertThrows(IllegalStateException.class, () -> dma.allocate(1, DmaConstraints.NONE));
    }

    @Test
    void aKernelWithoutHugepagesIsNamed() {
        machine(false);
        dma.close();
        dma = new PhysicalDma(
                kernel.libc, new Hugepages(new Sysfs(sysfs.resolve("none"))), busMaster::incrementAndGet, false);
        var error = assertThrows(KernelFeatureMissingException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(error.detail().contains("CONFIG_HUGETLBFS"), error.getMessage());
    }

    @Test
    void busMasteringThatFailsLeavesNothing() {
        machine(false, HUGE);
        PhysicalDma failing = new PhysicalDma(
                kernel.libc,
                kernel.hugepages,
                () -> {
                    throw new IllegalStateException("closed");
                },
                false);
        assertThrows(IllegalStateException.class, () -> failing.allocate(1, DmaConstraints.NONE));
        failing.close();
        assertTrue(kernel.isUntouched());
    }

    @Test
    void anErrorIsNeverWithoutRemedy() {
        machine(false);
        DeviceAccessException error =
                assertThrows(DeviceAccessException.class, () -> dma.allocate(1, DmaConstraints.NONE));
        assertTrue(error.remedy() != null && !error.remedy().isEmpty(), error.getMessage());
    }
}
