// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;

/**
 * What every kernel that is played in a test has: descriptors, locks of files, waits in which nothing is ever ready, a
 * configuration space, and calls of which any can be made to fail. Safe for use by any thread.
 */
public abstract class FakeCalls implements LibC {
    /** The size of a page, in bytes. */
    protected static final int PAGE = 4096;

    /** What is open, by descriptor. */
    public final Map<Integer, String> open = new TreeMap<>();
    /** Answers that are given instead of the usual ones, by what is called. */
    public final Map<String, Integer> answers = new HashMap<>();
    /** Configuration space. */
    public final byte[] config = new byte[256];

    /** Descriptors that hold a lock, by what is locked. */
    private final Map<String, Integer> locks = new HashMap<>();

    private final int errno;
    private int next = 100;
    private int calls;
    private int failing = -1;
    private String failed = "";

    /**
     * Makes a kernel whose calls succeed.
     *
     * @param errno what the call fails with that is made to fail
     */
    protected FakeCalls(int errno) {
        this.errno = errno;
        config[0] = 0x34;
        config[1] = 0x12;
        config[4] = 2;
    }

    /** Lets the call with this number fail. */
    public final void fail(int call) {
        failing = call;
    }

    /** Returns the number of calls so far. */
    public final int calls() {
        return calls;
    }

    /** Returns which call was made to fail, or nothing. */
    public final String failed() {
        return failed;
    }

    /** Returns the command register. */
    public final int command() {
        return config[4] & 0xff | (config[5] & 0xff) << 8;
    }

    /** Counts a call, and returns what it answers instead of the usual: a negative errno, another answer, or 0. */
    protected final int refused(String what) {
        if (isCounted() && calls++ == failing) {
            failed = what;
            return -errno;
        }
        return answer(what);
    }

    /** Returns whether the calls of this thread are counted. */
    protected boolean isCounted() {
        return true;
    }

    /** Returns what a call answers that is not made to fail. */
    protected int answer(String what) {
        return answers.getOrDefault(what, 0);
    }

    /** Returns a new descriptor. */
    protected int opened(String what) {
        open.put(next, what);
        return next++;
    }

    /** Returns memory that was handed over by its address. */
    @SuppressWarnings("restricted")
    protected static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
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
    public synchronized int munlock(long address, long length) {
        return 0;
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
    public int getpagesize() {
        return PAGE;
    }
}
