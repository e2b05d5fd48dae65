// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.deviceaccess.benchmarks.contest.Latency;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.jspecify.annotations.Nullable;

/** The time between warming up and the end: what this thread allocates and this process uses of the CPUs meanwhile. */
final class Window {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final long cpu;
    private final long allocated;
    private final long start;

    private Window() {
        cpu = PROCESS.getProcessCpuTime();
        allocated = THREADS.getCurrentThreadAllocatedBytes();
        start = System.nanoTime();
    }

    /** Begins now. */
    static Window open() {
        return new Window();
    }

    /** Ends now; so many operations were finished since. */
    Measurement close(long operations, @Nullable Latency latency) {
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        long garbage = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        double busy = (PROCESS.getProcessCpuTime() - cpu) / NANOS_PER_SECOND;
        return new Measurement(seconds, operations, busy, garbage, latency);
    }
}
