// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import java.util.Arrays;

/**
 * How long operations took, each from its submission to its completion.
 *
 * @param p50 the median in microseconds
 * @param p99 what 99 % did not exceed, in microseconds
 * @param p999 what 99.9 % did not exceed, in microseconds
 */
public record Latency(double p50, double p99, double p999) {
    private static final double NANOS_PER_MICRO = 1e3;

    /** Makes it of so many first elements of an array, in nanoseconds. */
    public static Latency ofNanos(long[] samples, int count) {
        long[] sorted = Arrays.copyOf(samples, count);
        Arrays.sort(sorted);
        return new Latency(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))] / NANOS_PER_MICRO;
    }
}
