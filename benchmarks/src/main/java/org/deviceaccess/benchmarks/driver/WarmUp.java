// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import java.time.Duration;

/** How long to warm up: long in the first round, in which the JVM compiles, then as the peers do. */
public final class WarmUp {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LATER = Duration.ofMillis(1_500);

    private Duration next = FIRST;

    Duration next() {
        Duration now = next;
        next = LATER;
        return now;
    }
}
