// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.libc.LibC;

/**
 * How the number of events is read from a descriptor that does not block.
 *
 * <p>Safe for use by several threads: each event is counted once, to one of them. Allocates nothing.
 */
@FunctionalInterface
public interface EventCounter {
    /**
     * Takes the events that are there, without waiting.
     *
     * @param libc the C library
     * @param fd the descriptor
     * @param buffer 8 bytes of scratch memory
     * @return how many there are, 0 for none; else the negated error number, {@code -EAGAIN} being 0 events
     */
    long take(LibC libc, int fd, MemorySegment buffer);

    /** Returns the counter of an eventfd: a read answers what was added since the last read, {@code eventfd(2)}. */
    static EventCounter eventFd() {
        return EventCounters::readSum;
    }

    /**
     * Returns the counter of a UIO device: a read answers the total since the device was bound, in 32 bits that wrap
     * (Documentation/driver-api/uio-howto.rst). Up to 2<sup>32</sup> - 1 events between two reads are counted exactly.
     *
     * @param total the total from which to count
     */
    static EventCounter runningTotal(int total) {
        return new EventCounters.RunningTotal(total);
    }
}
