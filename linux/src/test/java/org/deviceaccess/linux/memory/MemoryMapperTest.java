// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("MustBeClosed") // closing arenas is what is tested
class MemoryMapperTest {
    private final LibC libc = JnaLibC.load();
    private final MemoryMapper mapper = new MemoryMapper(libc);
    private final long page = mapper.pageSize();

    private static boolean isMapped(long address) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().anyMatch(line -> {
            String[] range = line.split(" ", 2)[0].split("-");
            return Long.compareUnsigned(address, Long.parseUnsignedLong(range[0], 16)) >= 0
                    && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
        });
    }

    private static boolean isMapped(Path file) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().anyMatch(line -> line.endsWith(file.toString()));
    }

    @Test
    void allocatesZeroedPagesUntilTheArenaIsClosed() throws Exception {
        MemorySegment memory;
        long address;
        try (Arena arena = Arena.ofShared()) {
            memory = mapper.allocate(3 * page + 1, arena);
            address = memory.address();
            assertEquals(3 * page + 1, memory.byteSize());
            assertEquals(0, address % page);
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) memory.byteSize()])));
            memory.set(ValueLayout.JAVA_INT, 3 * page - 4, 42);
            assertTrue(isMapped(address));
            assertTrue(isMapped(address + 3 * page), "whole pages");
            assertThrows(IndexOutOfBoundsException.class, () -> memory.get(ValueLayout.JAVA_BYTE, memory.byteSize()));
        }
        assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void unmapsExactlyOnce() {
        LibC counting = mock(LibC.class);
        when(counting.getpagesize()).thenReturn(4096);
        when(counting.mmap(anyLong(), anyLong(), anyInt(), anyInt(), anyInt(), anyLong()))
                .thenReturn(0x7000_0000_0000L);
        try (Arena arena = Arena.ofShared()) {
            new MemoryMapper(counting).allocate(5000, arena);
            verify(counting, never()).munmap(anyLong(), anyLong());
        }
        verify(counting, times(1)).munmap(0x7000_0000_0000L, 8192);
    }

    private static final long MIB = 1 << 20;

    @Test
    void memoryThatCanHoldAHugePageStartsAtOne() throws Exception {
        long address;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = mapper.allocate(5 * MIB + 1, arena);
            address = memory.address();
            assertEquals(5 * MIB + 1, memory.byteSize());
            assertEquals(0, address % (page * page / 8));
            memory.set(ValueLayout.JAVA_BYTE, 5 * MIB, (byte) 1);
            assertTrue(isMapped(address + 5 * MIB));
        }
        assertTrue(!isMapped(address) && !isMapped(address + 5 * MIB));
    }

    /** Returns a kernel of pages of 4 KiB whose mappings begin 1 MiB behind a multiple of 2 MiB. */
    private static LibC oddKernel() {
        LibC odd = mock(LibC.class);
        when(odd.getpagesize()).thenReturn(4096);
        when(odd.mmap(anyLong(), anyLong(), anyInt(), anyInt(), anyInt(), anyLong()))
                .thenReturn(0x7000_0010_0000L);
        return odd;
    }

    @Test
    void whatAlignmentTookTooMuchIsGivenBackAtOnceAndTheRestWithTheArena() {
        LibC odd = oddKernel();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = new MemoryMapper(odd).allocate(4 * MIB, arena);
            assertEquals(0x7000_0020_0000L, memory.address());
            verify(odd).munmap(0x7000_0010_0000L, MIB);
            verify(odd).munmap(0x7000_0060_0000L, MIB - 4096);
            verify(odd).madvise(0x7000_0020_0000L, 4 * MIB, Mman.MADV_HUGEPAGE);
            verify(odd, times(2)).munmap(anyLong(), anyLong());
        }
        verify(odd).munmap(0x7000_0020_0000L, 4 * MIB);
    }

    @Test
    void kernelsWithoutHugePagesOrPopulatingServeToo() {
        LibC odd = oddKernel();
        when(odd.madvise(anyLong(), anyLong(), anyInt())).thenReturn(-Errnos.EINVAL);
        try (Arena arena = Arena.ofShared()) {
            assertEquals(4 * MIB, new MemoryMapper(odd).allocate(4 * MIB, arena).byteSize());
        }
        verify(odd).munmap(0x7000_0020_0000L, 4 * MIB);
    }

    @Test
    void whatCannotBePopulatedIsUnmapped() {
        LibC odd = oddKernel();
        when(odd.madvise(anyLong(), anyLong(), eq(Mman.MADV_POPULATE_WRITE))).thenReturn(-Errnos.ENOMEM);
        try (Arena arena = Arena.ofShared()) {
            var error = assertThrows(DmaMemoryException.class, () -> new MemoryMapper(odd).allocate(4 * MIB, arena));
            assertEquals("ENOMEM", error.errno().name());
        }
        verify(odd, times(1)).munmap(0x7000_0020_0000L, 4 * MIB);
    }

    @Test
    void whatCannotBeTrimmedIsUnmappedAsAWhole() {
        LibC odd = oddKernel();
        when(odd.munmap(anyLong(), eq(MIB))).thenReturn(-Errnos.ENOMEM);
        try (Arena arena = Arena.ofShared()) {
            assertThrows(RuntimeException.class, () -> new MemoryMapper(odd).allocate(4 * MIB, arena));
        }
        verify(odd, times(1)).munmap(0x7000_0010_0000L, 6 * MIB - 4096);
    }

    @Test
    void mapsAFileSharedWithIt(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("registers");
        byte[] content = new byte[(int) (3 * page)];
        content[(int) page] = 1;
        Files.write(file, content);
        MemorySegment memory;
        try (Arena arena = Arena.ofShared()) {
            try (Fd fd = Fd.open(libc, file.toString(), Fcntl.O_RDWR, "open it")) {
                memory = mapper.map(fd, page, page + 8, true, true, arena, "map it");
            }
            assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, 0));
            memory.set(ValueLayout.JAVA_BYTE, page + 7, (byte) 9);
            assertTrue(isMapped(file));
        }
        content[(int) (2 * page + 7)] = 9;
        assertArrayEquals(content, Files.readAllBytes(file));
        assertTrue(!isMapped(file));
    }

    @Test
    void readOnlyMeansSo(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("rom"), new byte[(int) page]);
        try (Arena arena = Arena.ofShared();
                Fd fd = Fd.open(libc, file.toString(), Fcntl.O_RDONLY, "open it")) {
            MemorySegment memory = mapper.map(fd, 0, page, true, false, arena, "map it");
            assertThrows(IllegalArgumentException.class, () -> memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
            PermissionDeniedException e = assertThrows(
                    PermissionDeniedException.class, () -> mapper.map(fd, 0, page, true, true, arena, "map BAR0"));
            assertEquals("map BAR0", e.operation());
            assertEquals(file.toString(), e.path());
            assertEquals("EACCES", e.errno().name());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void refusesLengthsThatMakeNoSense(long length) throws Exception {
        try (Arena arena = Arena.ofShared();
                Fd fd = Fd.open(libc, "/dev/zero", Fcntl.O_RDWR, "open it")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> mapper.allocate(length, arena));
            assertTrue(e.getMessage().contains(Long.toString(length)), e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> mapper.map(fd, 0, length, true, true, arena, "map it"));
        }
    }

    @Test
    void refusesOffsetsAndUsesThatMakeNoSense() {
        try (Arena arena = Arena.ofShared();
                Fd fd = Fd.open(libc, "/dev/zero", Fcntl.O_RDWR, "open it")) {
            for (long offset : new long[] {-page, 1, page / 2, Long.MAX_VALUE - page + 1}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> mapper.map(fd, offset, page, true, true, arena, "map it"),
                        () -> "offset " + offset);
            }
            assertThrows(IllegalArgumentException.class, () -> mapper.map(fd, 0, page, false, false, arena, "map it"));
        }
    }

    @Test
    void saysThatMemoryIsShort() {
        try (Arena arena = Arena.ofShared()) {
            DmaMemoryException e = assertThrows(DmaMemoryException.class, () -> mapper.allocate(1L << 60, arena));
            assertEquals("ENOMEM", e.errno().name());
            assertTrue(e.operation().contains("1152921504606846976"), e.operation());
        }
    }

    @Test
    void leavesNothingMappedWhenTheArenaIsClosed(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("registers"), new byte[(int) page]);
        Arena arena = Arena.ofShared();
        arena.close();
        try (Fd fd = Fd.open(libc, file.toString(), Fcntl.O_RDWR, "open it")) {
            assertThrows(IllegalStateException.class, () -> mapper.map(fd, 0, page, true, true, arena, "map it"));
        }
        assertTrue(!isMapped(file));
    }

    @Test
    void refusesAClosedFile() {
        Fd fd = Fd.open(libc, "/dev/zero", Fcntl.O_RDWR, "open it");
        fd.close();
        try (Arena arena = Arena.ofShared()) {
            assertThrows(IllegalStateException.class, () -> mapper.map(fd, 0, page, true, true, arena, "map it"));
        }
    }

    @Test
    void reportsThatItCanNotBeUnmapped() {
        LibC failing = mock(LibC.class);
        when(failing.getpagesize()).thenReturn(4096);
        when(failing.mmap(anyLong(), anyLong(), anyInt(), anyInt(), anyInt(), anyLong()))
                .thenReturn(0x7000_0000_0000L);
        when(failing.munmap(anyLong(), anyLong())).thenReturn(-Errnos.EINVAL);
        Arena arena = Arena.ofShared();
        new MemoryMapper(failing).allocate(1, arena);
        KernelCallException e = assertThrows(KernelCallException.class, arena::close);
        assertEquals("EINVAL", e.errno().name());
    }

    @Test
    void replacesAMappingInItsPlaceAndBack(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[(int) page]);
        int nothing = libc.memfdCreate("nothing", Mman.MFD_CLOEXEC);
        assertTrue(nothing >= 0);
        try (Fd empty = new Fd(libc, nothing, "nothing");
                Fd fd = Fd.open(libc, file.toString(), Fcntl.O_RDWR, "test");
                Arena arena = Arena.ofShared()) {
            MemorySegment memory = mapper.map(fd, 0, page, true, true, arena, "map it");
            memory.set(ValueLayout.JAVA_BYTE, 5, (byte) 42);
            for (int round = 0; round < 3; round++) {
                mapper.replace(memory, empty, 0, "take it away");
                assertThrows(InternalError.class, () -> memory.get(ValueLayout.JAVA_BYTE, 5));
                assertThrows(InternalError.class, () -> memory.set(ValueLayout.JAVA_BYTE, 5, (byte) 1));
                mapper.replace(memory, fd, 0, "map it again");
                assertEquals(42, memory.get(ValueLayout.JAVA_BYTE, 5));
            }
        }
        assertFalse(isMapped(file));
    }

    @Test
    void leavesAMappingThatCanNotBeReplaced(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[(int) page]);
        try (Fd fd = Fd.open(libc, file.toString(), Fcntl.O_RDWR, "test");
                Fd readable = Fd.open(libc, file.toString(), Fcntl.O_RDONLY, "test");
                Arena arena = Arena.ofShared()) {
            MemorySegment memory = mapper.map(fd, 0, page, true, true, arena, "map it");
            assertThrows(PermissionDeniedException.class, () -> mapper.replace(memory, readable, 0, "replace it"));
            memory.set(ValueLayout.JAVA_BYTE, 5, (byte) 43);
            assertEquals(43, Files.readAllBytes(file)[5]);
        }
    }
}
