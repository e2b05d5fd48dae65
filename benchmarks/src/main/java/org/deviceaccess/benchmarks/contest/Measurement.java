// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import org.jspecify.annotations.Nullable;

/**
 * What one contender did in one round.
 *
 * @param seconds how long it worked
 * @param operations how many packets or commands it finished in that time
 * @param cpuSeconds the time of its process on a CPU, user and system, meanwhile
 * @param allocatedBytes what its thread allocated on the Java heap meanwhile, or {@code null} if it has none
 * @param latency how long its operations took, or {@code null} if that was not measured
 */
public record Measurement(
        double seconds,
        long operations,
        double cpuSeconds,
        @Nullable Long allocatedBytes,
        @Nullable Latency latency) {

    /** Returns how many operations it finished in a second. */
    public double rate() {
        return operations / seconds;
    }

    /** Returns the time on a CPU for one operation in nanoseconds. */
    public double cpuNanos() {
        return cpuSeconds * 1e9 / operations;
    }
}
