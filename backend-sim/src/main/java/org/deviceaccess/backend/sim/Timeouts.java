// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Duration;

/** Turns durations into nanoseconds without failing on the very long ones. */
final class Timeouts {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Timeouts() {}

    /** Returns the length in nanoseconds: 0 for a negative one, and at the most what a long holds, 292 years. */
    static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
    }
}
