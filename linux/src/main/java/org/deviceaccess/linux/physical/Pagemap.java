// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.PermissionDeniedException;

/**
 * Where this process's memory lies in physical memory: {@code /proc/self/pagemap}, one number of 64 bits for each page.
 *
 * @param libc the C library
 * @param pageSize the page size of the processor in bytes
 */
record Pagemap(LibC libc, long pageSize) {
    static final String PATH = "/proc/self/pagemap";

    // Documentation/admin-guide/mm/pagemap.rst
    static final long PRESENT = 1L << 63;
    static final long FRAME_NUMBER = (1L << 55) - 1;

    private static final long ENTRIES_AT_ONCE = 4096;
    private static final String REMEDY = "Run as root, or give the process the capability CAP_SYS_ADMIN (a systemd"
            + " service: AmbientCapabilities=CAP_SYS_ADMIN)";

    static Pagemap of(LibC libc) {
        return new Pagemap(libc, libc.getpagesize());
    }

    /**
     * Returns the pieces in which memory lies in physical memory.
     *
     * @param address where the memory starts, a multiple of the page size
     * @param length in bytes, likewise
     * @return its contiguous pieces, each as long as can be
     * @throws PermissionDeniedException if the kernel does not tell
     * @throws DmaMemoryException if a page is not in memory
     */
    List<PhysicalRun> runs(long address, long length) {
        // Opened each time: who may read it is decided by who opens it, and it belongs to the memory of that moment.
        try (Fd fd = open();
                Arena arena = Arena.ofConfined()) {
            long pages = length / pageSize;
            MemorySegment entries = arena.allocate(JAVA_LONG, Math.min(pages, ENTRIES_AT_ONCE));
            List<PhysicalRun> runs = new ArrayList<>();
            for (long page = 0; page < pages; page += ENTRIES_AT_ONCE) {
                long count = Math.min(pages - page, ENTRIES_AT_ONCE);
                read(fd, address + page * pageSize, entries.asSlice(0, count * Long.BYTES));
                for (long i = 0; i < count; i++) {
                    append(runs, (page + i) * pageSize, frame(entries.getAtIndex(JAVA_LONG, i)) * pageSize);
                }
            }
            return List.copyOf(runs);
        }
    }

    private Fd open() {
        int result = libc.open(PATH, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (result >= 0) {
            return new Fd(libc, result, PATH);
        }
        Failure failure = failure();
        if (result == -Errnos.ENOENT) {
            throw new KernelFeatureMissingException(
                    failure.because("the kernel was built without it (CONFIG_PROC_PAGE_MONITOR), or this process sees"
                                    + " no /proc")
                            .errno(Errnos.of(Errnos.ENOENT)));
        }
        throw refused(result, failure);
    }

    private void read(Fd fd, long address, MemorySegment entries) {
        long offset = address / pageSize * Long.BYTES;
        int number = fd.acquire();
        long result;
        try {
            result = libc.pread(number, entries.address(), entries.byteSize(), offset);
        } finally {
            fd.release();
        }
        if (result < 0) {
            throw refused(result, failure());
        }
        if (result != entries.byteSize()) {
            throw new KernelCallException(failure()
                    .because("the kernel answered " + result + " of " + entries.byteSize() + " bytes for the address 0x"
                            + Long.toHexString(address)));
        }
    }

    private static DeviceAccessException refused(long result, Failure failure) {
        boolean permission = result == -Errnos.EPERM || result == -Errnos.EACCES;
        return KernelErrors.of(result, permission ? failure.remedy(REMEDY) : failure);
    }

    private static long frame(long entry) {
        if ((entry & PRESENT) == 0) {
            throw new DmaMemoryException(failure()
                    .because("a page of memory that was to be locked is not in memory (entry 0x"
                            + Long.toHexString(entry) + ")"));
        }
        long frame = entry & FRAME_NUMBER;
        // Frame 0 is the kernel's own, and since Linux 4.2 it is what those without CAP_SYS_ADMIN are told of all
        // pages.
        if (frame == 0) {
            throw new PermissionDeniedException(failure()
                    .because("the kernel tells physical addresses to those with CAP_SYS_ADMIN only; it"
                            + " answered 0 instead")
                    .remedy(REMEDY));
        }
        return frame;
    }

    private void append(List<PhysicalRun> runs, long offset, long physical) {
        if (!runs.isEmpty()) {
            PhysicalRun last = runs.getLast();
            if (last.address() + last.length() == physical) {
                runs.set(runs.size() - 1, new PhysicalRun(last.offset(), last.address(), last.length() + pageSize));
                return;
            }
        }
        runs.add(new PhysicalRun(offset, physical, pageSize));
    }

    private static Failure failure() {
        return Failure.during("read physical addresses").path(PATH);
    }
}
