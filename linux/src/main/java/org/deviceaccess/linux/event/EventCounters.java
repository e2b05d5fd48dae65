// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;

/** The two ways in which Linux counts events in a descriptor. */
final class EventCounters {
    private EventCounters() {}

    static long readSum(LibC libc, int fd, MemorySegment buffer) {
        long result = libc.read(fd, buffer.address(), Long.BYTES);
        if (result == Long.BYTES) {
            // Up to 2^64 - 2 by eventfd(2), which no device reaches; never let it look like an error.
            return buffer.get(ValueLayout.JAVA_LONG, 0) & Long.MAX_VALUE;
        }
        return result < 0 ? result : -Errnos.EIO;
    }

    static final class RunningTotal implements EventCounter {
        private final AtomicInteger last;

        RunningTotal(int total) {
            last = new AtomicInteger(total);
        }

        @Override
        public long take(LibC libc, int fd, MemorySegment buffer) {
            long result = libc.read(fd, buffer.address(), Integer.BYTES);
            if (result != Integer.BYTES) {
                return result < 0 ? result : -Errnos.EIO;
            }
            int total = buffer.get(ValueLayout.JAVA_INT, 0);
            for (; ; ) {
                int before = last.get();
                int events = total - before;
                // Another thread has read a later total and reported these events already.
                if (events <= 0) {
                    return 0;
                }
                if (last.compareAndSet(before, total)) {
                    return events;
                }
            }
        }
    }
}
