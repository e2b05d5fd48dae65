// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import org.jspecify.annotations.Nullable;

/**
 * What a driver's figures should be of the peer's; {@code null} where no goal is set.
 *
 * @param rate operations in a second, at the least
 * @param cpu time on a CPU for an operation, at the most
 * @param latency what 99.9 % of the operations take, at the most
 */
public record Goals(
        @Nullable Double rate,
        @Nullable Double cpu,
        @Nullable Double latency) {
    /** None at all. */
    public static final Goals NONE = new Goals(null, null, null);

    /** A goal for the rate alone. */
    public static Goals rate(double rate) {
        return new Goals(rate, null, null);
    }
}
