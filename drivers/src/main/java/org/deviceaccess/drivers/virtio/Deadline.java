// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;

/** How long a device may take for what it is asked, unless an application says otherwise. */
final class Deadline {
    static final Duration DEFAULT = Duration.ofSeconds(10);

    private Deadline() {}

    /** Returns the time if it is more than zero and at most a year. */
    static Duration checked(Duration limit) {
        if (!limit.isPositive() || limit.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("the timeout " + limit + " is not more than zero and at most a year");
        }
        return limit;
    }
}
