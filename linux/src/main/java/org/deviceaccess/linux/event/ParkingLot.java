// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.deviceaccess.linux.libc.Epoll;

/**
 * The threads that are parked for one descriptor, which the kernel reports once after it was armed.
 *
 * <p>It is armed while somebody is parked and nobody woken is on the way: who is woken takes the events and arms again
 * for the others, or parks again and arms for all. So one event wakes one thread, and none is lost.
 */
final class ParkingLot {
    private final EpollSet set;
    private final MemorySegment event;
    private final SequencedSet<Parked> parked = new LinkedHashSet<>();
    private int fd = -1;
    private boolean added;
    private boolean armed;

    /**
     * @param set reports the descriptor
     * @param key by which the set knows it
     * @param arena for memory; lives as long as the set
     */
    ParkingLot(EpollSet set, int key, Arena arena) {
        this.set = set;
        this.event = arena.allocate(Epoll.EPOLL_EVENT_SIZE, Long.BYTES);
        EpollSet.describe(event, Epoll.EPOLLIN | Epoll.EPOLLONESHOT, key);
    }

    /**
     * Lets a thread in.
     *
     * @param descriptor always the same
     * @return 0, or the negated error number; then the thread is not in
     */
    synchronized int enter(Parked thread, int descriptor) {
        fd = descriptor;
        int result = arm();
        if (result == 0) {
            parked.add(thread);
        }
        return result;
    }

    synchronized void leave(Parked thread) {
        parked.remove(thread);
    }

    /** Arms again if others are parked. If that fails they are woken, and get the error when they park again. */
    synchronized void passOn() {
        if (!parked.isEmpty() && arm() < 0) {
            wakeAll();
        }
    }

    /** Wakes one thread, as the kernel has reported the descriptor. */
    synchronized void ready(boolean failed) {
        armed = false;
        if (!parked.isEmpty()) {
            parked.removeFirst().wake(failed);
        }
    }

    synchronized void wakeAll() {
        parked.forEach(each -> each.wake(false));
        parked.clear();
    }

    private int arm() {
        if (armed) {
            return 0;
        }
        int result = set.control(added ? Epoll.EPOLL_CTL_MOD : Epoll.EPOLL_CTL_ADD, fd, event);
        armed = result == 0;
        added |= armed;
        return Math.min(result, 0);
    }
}
