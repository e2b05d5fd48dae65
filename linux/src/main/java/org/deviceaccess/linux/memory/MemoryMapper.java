// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NativeAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps memory into segments, {@code mmap(2)}. Safe for use by any thread; a failed call leaves nothing mapped. */
public final class MemoryMapper {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryMapper.class);

    private final LibC libc;
    private final long pageSize;
    // What one entry of the second level of page tables maps: a table is one page of entries of 8 bytes.
    private final long hugePageSize;

    /** Makes a mapper that asks this C library. */
    public MemoryMapper(LibC libc) {
        this.libc = libc;
        this.pageSize = libc.getpagesize();
        this.hugePageSize = pageSize * (pageSize / Long.BYTES);
    }

    /** Returns the page size in bytes, a power of two. */
    public long pageSize() {
        return pageSize;
    }

    /**
     * Rounds a length up to whole pages.
     *
     * @param length in bytes
     * @return the smallest multiple of the page size that is not less
     * @throws IllegalArgumentException if the length is not positive or the result does not fit in 63 bits
     */
    public long wholePages(long length) {
        if (length <= 0 || length > Long.MAX_VALUE - pageSize) {
            throw new IllegalArgumentException(length + " bytes can not be mapped");
        }
        return (length + pageSize - 1) & -pageSize;
    }

    /**
     * Maps a part of a file or device, shared with it.
     *
     * @param fd the file; may be closed once this has returned
     * @param offset where the part starts in the file, in bytes, a multiple of the page size
     * @param length in bytes
     * @param readable whether it will be read
     * @param writable whether it will be written
     * @param arena whose closing removes the mapping
     * @param operation what this is done for, in the infinitive: "map BAR0"
     * @return the memory, {@code length} bytes, read-only unless writable
     * @throws IllegalArgumentException if the length is not positive, the offset is negative or not a multiple of the
     *     page size, their sum does not fit in 63 bits, or neither reading nor writing is wanted
     * @throws IllegalStateException if the file or the arena is closed
     * @throws NativeAccessException if Java does not allow native access
     * @throws org.deviceaccess.spi.error.DeviceAccessException if the kernel refuses, as {@link KernelErrors} says
     */
    public MemorySegment map(
            Fd fd, long offset, long length, boolean readable, boolean writable, Arena arena, String operation) {
        long mapped = wholePages(length);
        if (offset < 0 || offset % pageSize != 0 || offset > Long.MAX_VALUE - mapped) {
            throw new IllegalArgumentException("the offset 0x" + Long.toHexString(offset) + " of " + fd.name()
                    + " with " + length + " bytes is out of range or no multiple of the page size " + pageSize);
        }
        int protection = (readable ? Mman.PROT_READ : 0) | (writable ? Mman.PROT_WRITE : 0);
        if (protection == Mman.PROT_NONE) {
            throw new IllegalArgumentException(fd.name() + " is to be mapped for neither reading nor writing");
        }
        int number = fd.acquire();
        long address;
        try {
            address = libc.mmap(0, mapped, protection, Mman.MAP_SHARED, number, offset);
        } finally {
            fd.release();
        }
        if (isError(address)) {
            throw KernelErrors.of(
                    address,
                    Failure.during(operation)
                            .because("mmap of " + length + " bytes at offset 0x" + Long.toHexString(offset) + " failed")
                            .path(fd.name()));
        }
        MemorySegment segment = own(address, length, mapped, arena, () -> {}, operation);
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}: {} bytes at offset 0x{} of {}", operation, length, Long.toHexString(offset), fd.name());
        }
        return writable ? segment : segment.asReadOnly();
    }

    /**
     * Puts another part of a file or device in the place of what {@link #map} has mapped, in one step for those who
     * use the memory. Where this throws, everything is as before.
     *
     * @param memory what {@link #map} returned, its arena not closed
     * @param fd the file; may be closed once this has returned
     * @param offset where the part starts in the file, in bytes, a multiple of the page size
     * @param operation what this is done for, in the infinitive: "map BAR0 again"
     * @throws org.deviceaccess.spi.error.DeviceAccessException if the kernel refuses, as {@link KernelErrors} says
     */
    public void replace(MemorySegment memory, Fd fd, long offset, String operation) {
        long mapped = wholePages(memory.byteSize());
        int protection = Mman.PROT_READ | (memory.isReadOnly() ? 0 : Mman.PROT_WRITE);
        int number = fd.acquire();
        try {
            // Elsewhere first: a refusal in the very place would leave nothing there, and its users would be killed.
            long trial = libc.mmap(0, mapped, protection, Mman.MAP_SHARED, number, offset);
            long address = isError(trial)
                    ? trial
                    : libc.mmap(memory.address(), mapped, protection, Mman.MAP_SHARED | Mman.MAP_FIXED, number, offset);
            if (!isError(trial)) {
                unmap(trial, mapped);
            }
            if (isError(address)) {
                throw KernelErrors.of(address, Failure.during(operation).path(fd.name()));
            }
        } finally {
            fd.release();
        }
    }

    /**
     * Maps fresh memory, zeroed, page-aligned, and backed by RAM from the beginning as far as the kernel has it.
     *
     * @param length in bytes; whole pages are used
     * @param arena whose closing gives it back
     * @return the memory, {@code length} bytes
     * @throws IllegalArgumentException if the length is not positive or too large for any machine
     * @throws IllegalStateException if the arena is closed
     * @throws DmaMemoryException if the kernel does not have or give that much
     * @throws NativeAccessException if Java does not allow native access
     */
    public MemorySegment allocate(long length, Arena arena) {
        return allocate(length, pageSize, arena, () -> {});
    }

    /**
     * Maps fresh memory as {@link #allocate(long, Arena)} does, for something that must let go of it first. Memory that
     * can hold a huge page starts at one, and the kernel is asked to make it of such.
     *
     * @param length in bytes; whole pages are used
     * @param alignment what the address is a multiple of at least, in bytes, a power of two
     * @param arena whose closing gives it back
     * @param letGo what is to be done when nobody can reach the memory through the segment any more and before it is
     *     given back, which it is also if this throws
     * @return the memory, {@code length} bytes
     */
    public MemorySegment allocate(long length, long alignment, Arena arena, Runnable letGo) {
        String operation = "allocate " + length + " bytes of memory";
        long mapped = wholePages(length);
        boolean huge = mapped >= hugePageSize;
        long start = Math.max(alignment, huge ? hugePageSize : pageSize);
        long slack = start - pageSize;
        // Once the kernel has put ordinary pages there it would have to copy them to make huge ones.
        int populate = huge ? 0 : Mman.MAP_POPULATE;
        long all = libc.mmap(
                0,
                mapped + slack,
                Mman.PROT_READ | Mman.PROT_WRITE,
                Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | populate,
                -1,
                0);
        checkGiven(all, operation);
        long kept;
        try {
            kept = trim(all, mapped, start, slack);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, () -> unmap(all, mapped + slack));
        }
        if (huge) {
            try {
                makeHuge(kept, mapped, operation);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, () -> unmap(kept, mapped));
            }
        }
        return own(kept, length, mapped, arena, letGo, operation);
    }

    /** Unmaps what is before the first multiple of the start and behind the end; returns that multiple. */
    private long trim(long address, long mapped, long start, long slack) {
        long before = -address & (start - 1);
        if (before > 0) {
            unmap(address, before);
        }
        if (slack > before) {
            unmap(address + before + mapped, slack - before);
        }
        return address + before;
    }

    private void makeHuge(long address, long length, String operation) {
        // EINVAL: a kernel without transparent huge pages; then it is ordinary ones.
        int result = libc.madvise(address, length, Mman.MADV_HUGEPAGE);
        if (result < 0 && result != -Errnos.EINVAL) {
            throw KernelErrors.of(result, Failure.during(operation).because("madvise for huge pages failed"));
        }
        // EINVAL: before Linux 5.14; then pages come as they are used or pinned.
        result = libc.madvise(address, length, Mman.MADV_POPULATE_WRITE);
        if (result != -Errnos.EINVAL) {
            checkGiven(result, operation);
        }
    }

    private static void checkGiven(long result, String operation) {
        if (result == -Errnos.ENOMEM || result == -Errnos.EAGAIN) {
            throw new DmaMemoryException(Failure.during(operation)
                    .because("the kernel does not have or give that much")
                    .errno(Errnos.of((int) -result))
                    .remedy("Ask for less, free memory, or raise the limits of the process (ulimit -v, ulimit -l)"));
        }
        if (isError(result)) {
            throw KernelErrors.of(result, Failure.during(operation));
        }
    }

    /**
     * Makes a segment of a part of mapped memory that is used again and again, with a life time of its own.
     *
     * @param address where the part starts; mapped for reading and writing until {@code giveBack} is called
     * @param length in bytes
     * @param arena whose closing gives the part back
     * @param giveBack what is to be done when nobody can reach the part through the segment any more
     * @param operation what this is done for, in the infinitive
     * @return the memory, {@code length} bytes
     * @throws IllegalStateException if the arena is closed; then nothing is given back, as whenever this throws
     * @throws NativeAccessException if Java does not allow native access
     */
    @SuppressWarnings("restricted") // the caller has mapped it, and says for how long
    public MemorySegment lend(long address, long length, Arena arena, Runnable giveBack, String operation) {
        try {
            return MemorySegment.ofAddress(address).reinterpret(length, arena, segment -> giveBack.run());
        } catch (IllegalCallerException e) {
            throw nativeAccessDenied(operation, e);
        }
    }

    private static boolean isError(long address) {
        return address < 0;
    }

    /** Makes the arena the owner of a mapping, or removes it. */
    @SuppressWarnings(
            "restricted") // the place where an address becomes memory: length and life time come from the mapping
    private MemorySegment own(long address, long length, long mapped, Arena arena, Runnable letGo, String operation) {
        try {
            return MemorySegment.ofAddress(address).reinterpret(length, arena, segment -> {
                CloseSteps steps = new CloseSteps();
                steps.run(letGo);
                steps.run(() -> unmap(segment.address(), mapped));
                steps.finish();
            });
        } catch (IllegalCallerException e) {
            unmap(address, mapped);
            throw nativeAccessDenied(operation, e);
        } catch (RuntimeException e) {
            unmap(address, mapped);
            throw e;
        }
    }

    private static NativeAccessException nativeAccessDenied(String operation, IllegalCallerException cause) {
        Module module = MemoryMapper.class.getModule();
        return new NativeAccessException(Failure.during(operation)
                .because("Java does not allow native access to " + module)
                .remedy("Start Java with --enable-native-access="
                        + (module.isNamed() ? module.getName() : "ALL-UNNAMED"))
                .cause(cause));
    }

    private void unmap(long address, long mapped) {
        int result = libc.munmap(address, mapped);
        if (result < 0) {
            throw KernelErrors.of(
                    result, Failure.during("unmap " + mapped + " bytes at 0x" + Long.toHexString(address)));
        }
    }
}
