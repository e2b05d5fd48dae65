// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Epoll;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;

/** Finds those of several descriptors that are ready, in turn: the kernel moves what it reports to the end of its list. */
final class AnyReady implements AutoCloseable {
    private final EpollSet set;
    private final String name;

    /**
     * @param fds the descriptors, which are closed after this
     * @param name what is waited for, for errors
     */
    AnyReady(LibC libc, int[] fds, String name) {
        this.set = new EpollSet(libc, "any of " + name);
        this.name = name;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(Epoll.EPOLL_EVENT_SIZE, Long.BYTES);
            for (int i = 0; i < fds.length; i++) {
                EpollSet.describe(event, Epoll.EPOLLIN, i);
                check(set.control(Epoll.EPOLL_CTL_ADD, fds[i], event));
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, set::close);
        }
    }

    /** Returns the descriptor that is readable while one of them is ready. */
    int number() {
        return set.number();
    }

    /**
     * Looks, without waiting.
     *
     * @param event memory of {@link Epoll#EPOLL_EVENT_SIZE} bytes
     * @return the index of one that is ready, or -1
     */
    int find(MemorySegment event) {
        return check(set.await(event, 1, 0)) > 0 ? EpollSet.key(event, 0) : -1;
    }

    private int check(int result) {
        if (result < 0 && result != -Errnos.EINTR) {
            throw KernelErrors.of(result, Failure.during("wait for " + name));
        }
        return result;
    }

    @Override
    public void close() {
        set.close();
    }
}
