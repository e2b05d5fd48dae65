// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.spi.error.NativeAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnaLibCTest {
    private final LibC libc = JnaLibC.load();

    @Test
    void isBoundOnce() {
        assertSame(libc, JnaLibC.load());
    }

    @Test
    void answersErrorsNegated() {
        assertEquals(-Errnos.ENOENT, libc.open("/nowhere/to/be/found", Fcntl.O_RDWR));
        assertEquals(-Errnos.EBADF, libc.close(-1));
        assertEquals(-Errnos.EBADF, libc.ioctl(-1, 0x3b64, 0));
        assertEquals(-Errnos.EBADF, libc.mmap(0, 4096, Mman.PROT_READ, Mman.MAP_SHARED, -1, 0));
        assertEquals(-Errnos.EINVAL, libc.munmap(1, 4096));
        assertEquals(-Errnos.EBADF, libc.read(-1, 0, 1));
        assertEquals(-Errnos.EBADF, libc.write(-1, 0, 1));
        assertEquals(-Errnos.EBADF, libc.pread(-1, 0, 1, 0));
        assertEquals(-Errnos.EBADF, libc.pwrite(-1, 0, 1, 0));
        assertEquals(-Errnos.EINVAL, libc.eventfd(0, -1));
        assertEquals(-Errnos.EINVAL, libc.getrlimit(-1, 0));
        assertEquals(-Errnos.EFAULT, libc.ppoll(1, 1, 0));
        assertEquals(-Errnos.ENOMEM, libc.mlock(1L << 60, 4096));
        assertEquals(-Errnos.ENOMEM, libc.munlock(1L << 60, 4096));
    }

    @Test
    void readsAndWritesAFileWhereItIsTold(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("file with spaces ä"), new byte[8]);
        try (Fd fd = Fd.open(libc, file.toString(), Fcntl.O_RDWR, "test");
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            buffer.set(ValueLayout.JAVA_SHORT, 0, (short) 0x0201);
            int number = fd.acquire();
            try {
                assertEquals(2, libc.pwrite(number, buffer.address(), 2, 3));
                assertEquals(1, libc.write(number, buffer.address(), 1));
                buffer.fill((byte) 0);
                assertEquals(4, libc.pread(number, buffer.address(), 4, 2));
                assertEquals(0x00020100, buffer.get(ValueLayout.JAVA_INT, 0));
                assertEquals(7, libc.read(number, buffer.address(), 8));
            } finally {
                fd.release();
            }
        }
        assertArrayEquals(new byte[] {1, 0, 0, 1, 2, 0, 0, 0}, Files.readAllBytes(file));
        assertEquals(0, OpenFiles.of(file));
    }

    @Test
    void refusesAPathWithNul() {
        assertThrows(IllegalArgumentException.class, () -> libc.open("/dev/null\0/x", Fcntl.O_RDWR));
    }

    @Test
    void knowsPageSizeAndLimits() {
        int page = libc.getpagesize();
        assertTrue(page >= 4096 && Integer.bitCount(page) == 1, "page size " + page);
        Rlimit files = Rlimit.of(libc, Rlimit.RLIMIT_NOFILE);
        assertTrue(files.soft() > 0, files.toString());
        assertTrue(Long.compareUnsigned(files.soft(), files.hard()) <= 0, files.toString());
    }

    @Test
    void callsAllocateNothing() {
        try (Fd counter = EventFd.create(libc, "test");
                Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            assertEquals(0, Allocation.of(() -> callManyTimes(counter, value.address(), 20_000)));
        }
    }

    private void callManyTimes(Fd counter, long value, int rounds) {
        for (int i = 0; i < rounds; i++) {
            int number = counter.acquire();
            try {
                libc.read(number, value, 8);
                libc.pread(-1, value, 8, 0);
                libc.ioctl(-1, 0, 0);
            } finally {
                counter.release();
            }
        }
    }

    @Test
    void explainsWhyJnaCanNotBeLoaded() {
        NativeAccessException unpacked = JnaLibC.explain(
                new UnsatisfiedLinkError("/tmp/jna-1/jna2.tmp: failed to map segment from shared object"));
        assertTrue(unpacked.getMessage().contains("failed to map segment"), unpacked.getMessage());
        assertTrue(unpacked.getMessage().contains("-Djna.tmpdir="), unpacked.getMessage());
        NativeAccessException denied =
                JnaLibC.explain(new ExceptionInInitializerError(new IllegalCallerException("Illegal native access")));
        assertTrue(denied.getMessage().contains("--enable-native-access=ALL-UNNAMED"), denied.getMessage());
    }
}
