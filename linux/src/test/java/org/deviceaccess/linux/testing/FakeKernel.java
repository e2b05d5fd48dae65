// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.linux.libc.Errnos;

/**
 * As much of a kernel as opening, using and closing a device over VFIO takes, in which any call can be made to fail.
 * Safe for use by any thread.
 *
 * <p>What a device really does is tested on a real kernel; here it is about what happens when the kernel refuses.
 */
public final class FakeKernel extends FakeCalls {
    /** The file of the device's group where there is an IOMMU. */
    public static final String GROUP = "/dev/vfio/7";
    /** The file of the device's group where there is none. */
    public static final String NO_IOMMU_GROUP = "/dev/vfio/noiommu-7";

    private static final String GROUP_DIRECTORY = "/kernel/iommu_groups/7";
    private static final String KERNEL_LOG = "/dev/kmsg";
    private static final String PAGEMAP = "/proc/self/pagemap";
    private static final Set<String> FILES = Set.of("/dev/vfio/vfio", GROUP, NO_IOMMU_GROUP, PAGEMAP);

    private static final long REGION_SHIFT = 40;
    private static final int CONFIG_INDEX = 7;

    /** What is mapped into the process, by address. */
    public final Map<Long, MemorySegment> mapped = new HashMap<>();
    /** What is mapped in the IOMMU: sizes by IOVA. */
    public final Map<Long, Long> iommu = new TreeMap<>();
    /** What the kernel logs when something is called; where there is nothing, its log cannot be read. */
    public final Map<String, String> says = new HashMap<>();

    private final Deque<String> log = new ArrayDeque<>();

    /** Makes one whose calls fail with EIO where they are made to. */
    public FakeKernel() {
        super(Errnos.EIO);
    }

    /** A thread of the device's own comes at any time. */
    @Override
    protected boolean isCounted() {
        return !Thread.currentThread().getName().startsWith("deviceaccess ");
    }

    @Override
    protected int answer(String what) {
        if (says.containsKey(what)) {
            log.add("4,712,5140900,-;" + says.get(what) + "\n SUBSYSTEM=pci\n");
        }
        return super.answer(what);
    }

    @Override
    public synchronized int open(String path, int flags) {
        int refusal = refused("open " + path);
        if (refusal < 0) {
            return refusal;
        }
        if (path.endsWith(GROUP_DIRECTORY)) {
            return opened(path);
        }
        if (path.equals(GROUP) && open.containsValue(GROUP)) {
            return -Errnos.EBUSY; // a group can be open once at a time
        }
        return FILES.contains(path) || (path.equals(KERNEL_LOG) && !says.isEmpty()) ? opened(path) : -Errnos.ENOENT;
    }

    @Override
    public synchronized int close(int fd) {
        if ("/dev/vfio/vfio".equals(open.get(fd))) {
            iommu.clear();
        }
        return super.close(fd);
    }

    @Override
    public synchronized int memfdCreate(String name, int flags) {
        return -Errnos.ENOSYS;
    }

    @Override
    public synchronized int ioctl(int fd, long request, long argument) {
        int number = (int) request - 0x3b64;
        int answer = refused("ioctl " + number);
        if (answer != 0) {
            return answer;
        }
        return switch (number) {
            case 0, 2, 4, 10 -> 0;
            case 1 -> 1;
            case 3 -> put(argument, 4, 1);
            case 6 -> opened("device");
            case 7 -> put(argument, 4, 2) + put(argument, 8, 9) + put(argument, 12, 5);
            case 8 -> region(at(argument, 32));
            case 9 -> irq(at(argument, 16));
            case 12 -> put(argument, 4, 1) + put(argument, 8, PAGE);
            case 13 -> map(at(argument, 32));
            case 14 -> unmap(at(argument, 24));
            default -> -Errnos.ENOTTY;
        };
    }

    private static int put(long address, long offset, int value) {
        at(address, offset + 4).set(JAVA_INT, offset, value);
        return 0;
    }

    private static int region(MemorySegment info) {
        int index = info.get(JAVA_INT, 8);
        info.set(JAVA_INT, 4, index == 0 ? 7 : 3);
        info.set(JAVA_LONG, 16, index == 0 ? PAGE : index == CONFIG_INDEX ? 256 : 0);
        info.set(JAVA_LONG, 24, (long) index << REGION_SHIFT);
        return 0;
    }

    private static int irq(MemorySegment info) {
        int index = info.get(JAVA_INT, 8);
        info.set(JAVA_INT, 4, index == 0 ? 7 : 9);
        info.set(JAVA_INT, 12, index == 1 ? 4 : 1);
        return 0;
    }

    private int map(MemorySegment map) {
        iommu.put(map.get(JAVA_LONG, 16), map.get(JAVA_LONG, 24));
        return 0;
    }

    private int unmap(MemorySegment unmap) {
        Long size = iommu.remove(unmap.get(JAVA_LONG, 8));
        unmap.set(JAVA_LONG, 16, size == null ? 0 : size);
        return 0;
    }

    @Override
    public synchronized long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        int refusal = refused("mmap");
        if (refusal < 0) {
            return refusal;
        }
        MemorySegment memory = Arena.ofAuto().allocate(length, PAGE);
        mapped.put(memory.address(), memory);
        return memory.address();
    }

    @Override
    public synchronized int munmap(long address, long length) {
        return mapped.remove(address) == null ? -Errnos.EINVAL : 0;
    }

    @Override
    public synchronized int madvise(long address, long length, int advice) {
        return refused("madvise");
    }

    @Override
    public synchronized int mlock(long address, long length) {
        return refused("mlock");
    }

    @Override
    public synchronized int eventfd(int initial, int flags) {
        int refusal = refused("eventfd");
        return refusal < 0 ? refusal : opened("eventfd");
    }

    @Override
    public synchronized long read(int fd, long buffer, long count) {
        if (KERNEL_LOG.equals(open.get(fd)) && !log.isEmpty()) {
            byte[] text = log.remove().getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(MemorySegment.ofArray(text), 0, at(buffer, count), 0, text.length);
            return text.length;
        }
        int refusal = refused("read");
        return refusal < 0 ? refusal : -Errnos.EAGAIN;
    }

    @Override
    public synchronized long write(int fd, long buffer, long count) {
        int refusal = refused("write");
        return refusal < 0 ? refusal : count;
    }

    @Override
    public synchronized long pread(int fd, long buffer, long count, long offset) {
        int refusal = refused("pread");
        if (refusal < 0) {
            return refusal;
        }
        if (PAGEMAP.equals(open.get(fd))) {
            return frames(at(buffer, count), offset);
        }
        MemorySegment.copy(config, (int) offset, at(buffer, count), JAVA_BYTE, 0, (int) count);
        return count;
    }

    /** Tells that memory is where it is: physical addresses are the process's own. */
    private static long frames(MemorySegment entries, long offset) {
        for (long i = 0; i < entries.byteSize() / Long.BYTES; i++) {
            entries.setAtIndex(JAVA_LONG, i, 1L << 63 | offset / Long.BYTES + i);
        }
        return entries.byteSize();
    }

    @Override
    public synchronized long pwrite(int fd, long buffer, long count, long offset) {
        int refusal = refused("pwrite");
        if (refusal < 0) {
            return refusal;
        }
        MemorySegment.copy(at(buffer, count), JAVA_BYTE, 0, config, (int) offset, (int) count);
        return count;
    }

    @Override
    public synchronized int getrlimit(int resource, long rlimit) {
        MemorySegment limits = at(rlimit, 16);
        limits.set(JAVA_LONG, 0, 65536);
        limits.set(JAVA_LONG, 8, 65536);
        return 0;
    }
}
