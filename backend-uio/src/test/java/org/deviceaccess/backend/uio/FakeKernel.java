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
import java.util.TreeMap;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;

/**
 * As much of a kernel as opening, using and closing a UIO device takes, in which any call can be made to fail. Safe for
 * use by any thread.
 *
 * <p>What a device really does is tested on a real kernel; here it is about what happens when the kernel refuses.
 */
final class FakeKernel implements LibC {
    private static final int PAGE = 4096;

    /** What is open, by descriptor. */
    final Map<Integer, String> open = new TreeMap<>();
    /** What is mapped into the process: the file, by address. */
    final Map<Long, String> mapped = new HashMap<>();
    /** Offset and length of each mapping that was asked for, in order. */
    final List<String> mappings = new ArrayList<>();
    /** Answers that are given instead of the usual ones, by what is called. */
    final Map<String, Integer> answers = new HashMap<>();
    /** The totals that reads of the device's file answer, in order. */
    final Deque<Integer> totals = new ArrayDeque<>();
    /** What was written to the device's file. */
    final List<Integer> written = new ArrayList<>();
    /** Configuration space. */
    final byte[] config = new byte[256];
    /** Bits of the command register that are 1 whatever is written. */
    int alwaysOn;

    /** Descriptors that hold a lock, by what is locked. */
    private final Map<String, Integer> locks = new HashMap<>();

    private final List<MemorySegment> memory = new ArrayList<>();
    private int next = 100;
    private int calls;
    private int failing = -1;
    private String failed = "";

    /** A PCI device's driver has no way to switch its interrupt, as uio_pci_generic has none. */
    FakeKernel() {
        answers.put("write /dev/uio3", -Errnos.ENOSYS);
        config[0] = 0x34;
        config[1] = 0x12;
        config[4] = 2;
    }

    /** Lets the call with this number fail with EINVAL, which means nothing special to anybody. */
    void fail(int call) {
        failing = call;
    }

    /** Returns the number of calls so far. */
    int calls() {
        return calls;
    }

    /** Returns which call was made to fail, or nothing. */
    String failed() {
        return failed;
    }

    /** Returns the command register. */
    int command() {
        return config[4] & 0xff | (config[5] & 0xff) << 8;
    }

    private int refused(String what) {
        if (calls++ == failing) {
            failed = what;
            return -Errnos.EINVAL;
        }
        return answers.getOrDefault(what, 0);
    }

    private int opened(String what) {
        int refusal = refused("open " + what);
        if (refusal < 0) {
            return refusal;
        }
        open.put(next, what);
        return next++;
    }

    private static String lastPart(String path) {
        return path.startsWith("/dev/") ? path : path.substring(path.lastIndexOf('/') + 1);
    }

    @SuppressWarnings("restricted") // memory is handed over by its address
    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    @Override
    public synchronized int open(String path, int flags) {
        return opened(lastPart(path));
    }

    @Override
    public synchronized int close(int fd) {
        int refusal = refused("close " + open.get(fd));
        locks.values().remove(fd);
        return open.remove(fd) == null ? -Errnos.EBADF : refusal;
    }

    @Override
    public synchronized int flock(int fd, int operation) {
        int refusal = refused("flock " + open.get(fd));
        if (refusal < 0) {
            return refusal;
        }
        Integer holder = locks.putIfAbsent(open.get(fd), fd);
        return holder == null || holder == fd ? 0 : -Errnos.EAGAIN;
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
    public synchronized int munlock(long address, long length) {
        return 0;
    }

    @Override
    public synchronized int eventfd(int initial, int flags) {
        return opened("eventfd");
    }

    @Override
    public synchronized int ppoll(long pollfds, long count, long timespec) {
        int refusal = refused("ppoll");
        if (refusal == 0) {
            pause(); // nothing is ever ready, and who looks again must not be busy with it
        }
        return refusal;
    }

    private void pause() {
        try {
            wait(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized int epollCreate1(int flags) {
        int refusal = refused("epoll_create1");
        return refusal < 0 ? refusal : opened("epoll");
    }

    @Override
    public synchronized int epollCtl(int epfd, int operation, int fd, long event) {
        return refused("epoll_ctl");
    }

    @Override
    public synchronized int epollWait(int epfd, long events, int count, int milliseconds) {
        return refused("epoll_wait");
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

    @Override
    public int getpagesize() {
        return PAGE;
    }
}
