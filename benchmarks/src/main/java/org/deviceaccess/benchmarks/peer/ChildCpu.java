// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a process was on a CPU, from {@code /proc/PID/stat} (proc(5): utime and stime in ticks of 1/100 s). */
final class ChildCpu {
    private static final int UTIME = 11; // counted from the field behind the name, 0
    private static final double TICKS_PER_SECOND = 100;

    private ChildCpu() {}

    static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The name is in parentheses and may contain anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS_PER_SECOND;
    }
}
