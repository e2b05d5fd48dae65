// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.linux.testing.FakeCalls;

/**
 * As much of a kernel as opening, using and closing a UIO device takes, in which any call can be made to fail. Safe for
 * use by any thread.
 *
 * <p>What a device really does is tested on a real kernel; here it is about what happens when the kernel refuses.
 */
final class FakeKernel extends FakeCalls {
    /** What is mapped into the process: the file, by address. */
    final Map<Long, String> mapped = new HashMap<>();
    /** Offset and length of each mapping that was asked for, in order. */
    final List<String> mappings = new ArrayList<>();
    /** The totals that reads of the device's file answer, in order. */
    final Deque<Integer> totals = new ArrayDeque<>();
    /** What was written to the device's file. */
    final List<Integer> written = new ArrayList<>();
    /** Bits of the command register that are 1 whatever is written. */
    int alwaysOn;

    private final List<MemorySegment> memory = new ArrayList<>();

    /**
     * A PCI device's driver has no way to switch its interrupt, as uio_pci_generic has none. Calls that are made to fail do
     * so with EINVAL, which means nothing special to anybody.
     */
    FakeKernel() {
        super(Errnos.EINVAL);
        answers.put("write /dev/uio3", -Errnos.ENOSYS);
    }

    @Override
    protected int opened(String what) {
        int refusal = refused("open " + what);
        return refusal < 0 ? refusal : super.opened(what);
    }

    private static String lastPart(String path) {
        return path.startsWith("/dev/") ? path : path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public synchronized int open(String path, int flags) {
        return opened(lastPart(path));
    }

    @Override
    public synchronized int memfdCreate(String name, int flags) {
        return opened("memfd");
    }

    @Override
    public synchronized int ioctl(int fd, long request, long argument) {
        return -Errnos.ENOTTY;
    }

    @Override
    public synchronized long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        int refusal = refused("mmap " + open.get(fd));
        if (refusal < 0) {
            return refusal;
        }
        mappings.add(open.get(fd) + " 0x" + Long.toHexString(offset) + " 0x" + Long.toHexString(length));
        long where = address;
        if ((flags & Mman.MAP_FIXED) == 0) {
            MemorySegment fresh = Arena.ofAuto().allocate(length, PAGE);
            memory.add(fresh);
            where = fresh.address();
        }
        mapped.put(where, open.get(fd));
        return where;
    }

    @Override
    public synchronized int munmap(long address, long length) {
        return mapped.remove(address) == null ? -Errnos.EINVAL : 0;
    }

    @Override
    public synchronized int madvise(long address, long length, int advice) {
        return -Errnos.ENOSYS;
    }

    @Override
    public synchronized int mlock(long address, long length) {
        return 0;
    }

    @Override
    public synchronized int eventfd(int initial, int flags) {
        return opened("eventfd");
    }

    @Override
    public synchronized long read(int fd, long buffer, long count) {
        int refusal = refused("read " + open.get(fd));
        if (refusal < 0) {
            return refusal;
        }
        Integer total = totals.poll();
        if (!open.get(fd).startsWith("/dev/uio") || total == null) {
            return -Errnos.EAGAIN;
        }
        at(buffer, count).set(JAVA_INT, 0, total);
        return Integer.BYTES;
    }

    @Override
    public synchronized long write(int fd, long buffer, long count) {
        int refusal = refused("write " + open.get(fd));
        if (refusal < 0) {
            return refusal;
        }
        if (open.get(fd).startsWith("/dev/uio")) {
            written.add(at(buffer, count).get(JAVA_INT, 0));
        }
        return count;
    }

    @Override
    public synchronized long pread(int fd, long buffer, long count, long offset) {
        int refusal = refused("pread " + open.get(fd));
        if (refusal < 0) {
            return refusal;
        }
        if (open.get(fd).equals("config")) {
            MemorySegment.copy(config, (int) offset, at(buffer, count), JAVA_BYTE, 0, (int) count);
        }
        return count;
    }

    @Override
    public synchronized long pwrite(int fd, long buffer, long count, long offset) {
        int refusal = refused("pwrite " + open.get(fd));
        if (refusal < 0) {
            return refusal;
        }
        if (open.get(fd).equals("config")) {
            MemorySegment.copy(at(buffer, count), JAVA_BYTE, 0, config, (int) offset, (int) count);
            config[4] |= (byte) alwaysOn;
        }
        return count;
    }

    @Override
    public synchronized int getrlimit(int resource, long rlimit) {
        at(rlimit, 2 * Long.BYTES).set(JAVA_LONG, 0, -1);
        at(rlimit, 2 * Long.BYTES).set(JAVA_LONG, Long.BYTES, -1);
        return 0;
    }
}
