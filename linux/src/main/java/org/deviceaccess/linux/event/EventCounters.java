// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
        private int last;

        RunningTotal(int total) {
            last = total;
        }

        // Totals are read in the order in which they are subtracted: of two that differ by 2^31 or more, nobody could
        // tell which is the later one.
        @Override
        public synchronized long take(LibC libc, int fd, MemorySegment buffer) {
            long result = libc.read(fd, buffer.address(), Integer.BYTES);
            if (result != Integer.BYTES) {
                return result < 0 ? result : -Errnos.EIO;
            }
            int total = buffer.get(ValueLayout.JAVA_INT, 0);
            long events = Integer.toUnsignedLong(total - last);
            last = total;
            return events;
        }
    }
}
