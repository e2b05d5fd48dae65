// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;

/** Real eventfds, raised by the test in place of a device. */
final class TestEvents {
    static final LibC LIBC = JnaLibC.load();

    private final List<EventSource> sources;
    private final MemorySegment one = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    TestEvents(int vectors) {
        one.set(ValueLayout.JAVA_LONG, 0, 1);
        sources = IntStream.range(0, vectors)
                .mapToObj(i -> EventSource.eventFd(LIBC, "vector " + i))
                .toList();
    }

    List<EventSource> sources() {
        return sources;
    }

    EventWaits open() {
        return EventWaits.open(LIBC, "the test", sources);
    }

    /** Adds one event. */
    void raise(int vector) {
        Fd fd = sources.get(vector).fd();
        int number = fd.acquire();
        try {
            assertEquals(8, LIBC.write(number, one.address(), 8));
        } finally {
            fd.release();
        }
    }

    /** Waits until the thread is blocked or parked. */
    static void untilWaiting(Thread thread) throws InterruptedException {
        while (thread.isAlive()) {
            Thread.State state = thread.getState();
            // A platform thread inside a native call is RUNNABLE; its stack says where it is.
            if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING || isPolling(thread)) {
                return;
            }
            Thread.sleep(1);
        }
    }

    private static boolean isPolling(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("ppoll")) {
                return true;
            }
        }
        return false;
    }

    static long pollers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("deviceaccess wait"))
                .count();
    }
}
